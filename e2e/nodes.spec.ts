import type { Page } from "@playwright/test";
import { Client } from "pg";
import { expectAccessible } from "./accessible";
import {
  aBouncedSession,
  aScene,
  correlationOf,
  declareSource,
  sendEvents,
  sendLines,
} from "./bounced-session";
import { fixedPool, fixedRange, fixedSecret, sendFixedShop } from "./fixed-shop";
import { startOwnServer } from "./own-server";
import { expect, test } from "./test";

test("the nodes page shows load, moves by cause and each node's state", async ({
  page,
  request,
}) => {
  const { scene } = await aBouncedSession(request);
  await page.goto(`/nodes?pool=${scene.pool}`);
  for (const title of ["Requests", "Active sessions", "Latency p95", "Error rate"])
    await expect(page.getByRole("heading", { name: title, exact: true })).toBeVisible();
  const moves = page.getByRole("table", { name: "Moves from node to node by cause" });
  await expect(moves.getByRole("row").filter({ hasText: "failover" })).toContainText("web-2");
  const states = page.getByRole("table", { name: /Nodes with state/ });
  await expect(states.getByRole("row").filter({ hasText: "web-1" })).toContainText("down");
});

/** Lets the scripts wait until all of the page is there, with what streamed into it; tells the faults they then find. */
async function scriptsComeLast(page: Page): Promise<string[]> {
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  let release = () => {};
  const whole = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/*.js", async (route) => {
    await whole;
    await route.continue();
  });
  page.on("requestfinished", (finished) => {
    if (finished.isNavigationRequest()) release();
  });
  return faults;
}

test("a heatmap that comes before the browser takes the page over disturbs nothing", async ({
  page,
  request,
}) => {
  const { scene } = await aBouncedSession(request);
  const faults = await scriptsComeLast(page);
  await page.goto(`/nodes?pool=${scene.pool}`);
  await expect(page.getByRole("application")).toHaveCount(5);
  expect(faults).toEqual([]);
});

test("moves that come before the browser takes the page over disturb nothing", async ({
  browser,
}) => {
  // A page of its own: that of the other tests waits for its scripts when it goes somewhere.
  const page = await (await browser.newContext()).newPage();
  const server = await startOwnServer({ HOPWATCH_SECRET: fixedSecret });
  const database = new Client({ connectionString: server.databaseUrl() });
  try {
    await sendFixedShop(server);
    await database.connect();
    const faults = await scriptsComeLast(page);
    // The moves wait until the page without them is seen.
    await database.query("BEGIN; LOCK TABLE bounces");
    const address = new URLSearchParams({ pool: fixedPool, ...fixedRange });
    await page.goto(`${server.url}/nodes?${address}`, { waitUntil: "commit" });
    const moves = page.getByRole("region", { name: "Moves by cause" });
    await expect(moves.locator(".skeleton").first()).toBeAttached();
    await database.query("ROLLBACK");
    await expect(page.getByRole("table", { name: /Moves from node to node/ })).toBeVisible();
    expect(faults).toEqual([]);
  } finally {
    await page.context().close();
    await database.end();
    await server.stop();
  }
});

test("heatmaps stay while those of another step are on their way", async ({ page, request }) => {
  const { scene } = await aBouncedSession(request);
  await page.goto(`/nodes?pool=${scene.pool}`);
  await expect(page.getByRole("application")).toHaveCount(5);
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const asked: string[] = [];
  await page.route("**/api/v1/heatmap?*", async (route) => {
    asked.push(route.request().url());
    await held;
    await route.continue();
  });
  await page.getByRole("button", { name: "15m", exact: true }).click();
  await expect.poll(() => asked.filter((url) => url.includes("step=15m")).length).toBe(5);
  await expect(page.getByRole("application")).toHaveCount(5);
  await expect(page.locator("main .skeleton")).toHaveCount(0);
  release();
});

test("arrow keys read the heatmap's cells, the address keeps the cell, Enter opens its sessions", async ({
  page,
  request,
}) => {
  const { scene, id } = await aBouncedSession(request);
  await page.goto(`/nodes?pool=${scene.pool}&metric=requests`);
  const map = page.getByRole("application", { name: /^Requests of 3 nodes/ });
  await map.focus();
  await page.keyboard.press("ArrowDown");
  await expect(page).toHaveURL(/cell=web-1/);
  await page.keyboard.press("ArrowDown");
  await expect(page).toHaveURL(/cell=web-2/);
  await expect(page.getByText(/^web-2 at \d\d:\d\d: no traffic$/)).toBeAttached();
  for (let steps = 0; steps < 10; steps += 1) await page.keyboard.press("ArrowLeft");
  const panel = page.getByRole("region", { name: "Selected cell" });
  await expect(panel.getByRole("row")).toHaveCount(8);
  await page.reload();
  await expect(panel).toContainText("web-2");
  await map.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/sessions\?.*node=web-2/);
  expect(id).toMatch(/^[0-9a-f]{16}$/);
});

test("every value of a heatmap can be read in a table, no traffic apart from zero", async ({
  page,
  request,
}) => {
  const { scene } = await aBouncedSession(request);
  await page.goto(`/nodes?pool=${scene.pool}&metric=bouncesIn`);
  await page.getByRole("button", { name: "As a table" }).click();
  const table = page.getByRole("region", { name: "Bounces in, all values" });
  await expect(table.getByRole("row").filter({ hasText: "web-2" })).toContainText("no traffic");
  await expect(table.getByRole("row").filter({ hasText: "web-2" })).toContainText("1");
  await page.getByRole("button", { name: "Log" }).click();
  await expect(page).toHaveURL(/scale=log/);
});

test("the nodes page shows the affinity that is at work beside the declared one", async ({
  page,
  request,
}) => {
  const { scene } = await aBouncedSession(request);
  await page.goto(`/nodes?pool=${scene.pool}`);
  const found = page.getByRole("table", { name: "Affinity as found, by balancer" });
  const row = found.getByRole("row").filter({ hasText: scene.source });
  await expect(row.getByRole("cell").nth(2)).toHaveText("cookie SRVID");
  await expect(row.getByRole("cell").nth(3)).toContainText("cookie SRVID");
});

test("an app clock that is far off and names that contradict each other are shown", async ({
  page,
  request,
}) => {
  const scene = aScene();
  await declareSource(request, scene, {
    nodes: [
      { name: "web-1", addresses: [] },
      { name: "pod-1", addresses: [] },
    ],
  });
  const lines = Array.from({ length: 6 }, (_, n) => ({
    at: n * 1000,
    node: "web-1",
    path: `/${n}`,
    ms: 40,
    flags: "VN",
  }));
  await sendLines(request, scene, lines);
  await sendEvents(
    request,
    scene,
    lines.map((line) => ({
      at: line.at + 4_020,
      type: "session.retrieved",
      node: "pod-1",
      correlationId: correlationOf(scene, line),
    })),
  );
  await page.goto(`/nodes?pool=${scene.pool}`);
  const states = page.getByRole("table", { name: /Nodes with state/ });
  const row = states.getByRole("row").filter({ hasText: "web-1" });
  await expect(row).toContainText(/4(\.0+)? s ahead/);
  await expect(row).toContainText("in 6 pairs");
  const conflicts = page.getByRole("table", { name: "Names that were not taken for one node" });
  await expect(conflicts.getByRole("row").filter({ hasText: "pod-1" })).toContainText(
    "both are declared as nodes of their own",
  );
  await expectAccessible(page);
});

test("the nodes page is accessible in both themes, and fits a narrow screen", async ({
  page,
  request,
}) => {
  const { scene } = await aBouncedSession(request);
  await page.goto(`/nodes?pool=${scene.pool}`);
  await expect(page.getByRole("application").first()).toBeVisible();
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
