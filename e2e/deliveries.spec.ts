import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Receivers, startReceivers } from "@/lib/alerts/testing/receivers";
import { alertListSchema } from "@/lib/schemas/alerts";
import { type OwnServer, startOwnServer } from "./own-server";
import { fresh, haproxyLine, sendLines } from "./shop-lines";
import { expect, test } from "./test";

let server: OwnServer;
let receivers: Receivers;
const folder = mkdtempSync(path.join(tmpdir(), "hopwatch-rules-"));
const rulesFile = path.join(folder, "hopwatch.rules.yaml");

test.beforeAll(async () => {
  writeFileSync(
    rulesFile,
    `rules:
  - id: checkout-lost
    name: Lost sessions of the checkout
    severity: critical
    scope: { pool: checkout }
    condition: { kind: lost-sessions, above: 9, windowSeconds: 60 }
`,
  );
  receivers = await startReceivers();
  server = await startOwnServer({ HOPWATCH_RULES: rulesFile });
});
test.afterAll(async () => {
  await server?.stop();
  await receivers?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function put(name: string, kind: string, settings: Record<string, string>) {
  const answer = await fetch(`${server.url}/api/v1/channels/${name}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ kind, settings }),
  });
  expect(answer.ok, `${name}: ${answer.status}`).toBe(true);
}

async function everyChannel() {
  const { url, smtpPort } = receivers;
  await put("hook", "webhook", { url: `${url}/hook`, secret: "secret of the hook" });
  await put("slack", "slack", { url: `${url}/slack` });
  await put("teams", "teams", { url: `${url}/teams` });
  await put("pagerduty", "pagerduty", { url: `${url}/pagerduty`, routingKey: "key-of-pagerduty" });
  await put("opsgenie", "opsgenie", { url: `${url}/opsgenie`, apiKey: "key-of-opsgenie" });
  await put("alertmanager", "alertmanager", { url: `${url}/alertmanager` });
  await put("mail", "email", {
    host: "127.0.0.1",
    port: String(smtpPort),
    security: "none",
    user: "hopwatch",
    password: "secret of mail",
    from: "hopwatch@shop.test",
    to: "ops@shop.test",
  });
}

/** Sixty sessions on three nodes, a request of each every ten seconds; from `failsAt` on web-2 serves nobody. */
function shop(pool: string, failsAt: number, from: number, to: number): string[] {
  const nodes = ["web-1", "web-2", "web-3"];
  const lines: string[] = [];
  for (let at = from; at < to; at += 10_000)
    for (let session = 0; session < 60; session += 1) {
      const home = nodes[session % 3] ?? "web-1";
      const moved = home === "web-2" && at >= failsAt;
      lines.push(
        haproxyLine({
          pool,
          node: moved ? "web-3" : home,
          session: `${pool}-session-${session}`,
          at: new Date(at + session * 50),
          state: moved && at < failsAt + 10_000 ? "--DI" : "--VN",
        }),
      );
    }
  return lines;
}

async function alertId(pool: string): Promise<string | null> {
  const answer = await fetch(`${server.url}/api/v1/alerts?pool=${pool}`);
  return alertListSchema.parse(await answer.json()).items[0]?.id ?? null;
}

/** What each receiver keeps: a word that comes again under its key is known by it already. */
function kept(): Record<string, string[]> {
  const seen = new Set<string>();
  const stories: Record<string, string[]> = {};
  for (const { to, key, said } of receivers.taken) {
    const known = key === "" ? null : `${to} ${key} ${said}`;
    if (known !== null && seen.has(known)) continue;
    if (known !== null) seen.add(known);
    stories[to] = [...(stories[to] ?? []), said];
  }
  return stories;
}

test("every receiver hears each change of state once though the server is killed while it tells them", async () => {
  test.setTimeout(300_000);
  const pool = fresh("shop");
  await everyChannel();
  const { moods } = receivers;
  const begin = Math.floor(Date.now() / 10_000) * 10_000 - 10 * 60_000;
  const failsAt = begin + 4 * 60_000;
  // Some answer slowly, so that the kill meets them; some fail, and come back.
  moods.set("hook", [{ slowMs: 4_000 }]);
  moods.set("pagerduty", [{ slowMs: 4_000 }]);
  moods.set("opsgenie", ["hangs up"]);
  moods.set("alertmanager", [{ status: 503 }, { status: 503 }]);
  moods.set("teams", [{ status: 429, retryAfter: "3" }]);
  moods.set("mail", [{ status: 451 }]);
  await sendLines(server, "edge", shop(pool, failsAt, begin, failsAt + 60_000));
  await expect.poll(() => moods.get("pagerduty")?.length, { timeout: 30_000 }).toBe(0);
  await expect.poll(() => kept().slack?.length ?? 0, { timeout: 30_000 }).toBe(1);
  await server.killAndStart();
  const everybody = "alertmanager hook mail opsgenie pagerduty slack teams".split(" ");
  const heard = () => everybody.map((name) => `${name} ${kept()[name]?.length ?? 0}`).join(", ");
  const expected = (count: (name: string) => number) =>
    everybody.map((name) => `${name} ${count(name)}`).join(", ");
  await expect.poll(heard, { timeout: 90_000 }).toBe(expected(() => 1));

  const id = await alertId(pool);
  moods.set("hook", [{ slowMs: 4_000 }, { status: 500 }]);
  moods.set("opsgenie", [{ slowMs: 4_000 }]);
  moods.set("mail", [{ status: 451 }]);
  const act = (what: string) =>
    fetch(`${server.url}/api/v1/alerts/${id}/${what}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ by: "mara" }),
    });
  expect((await act("ack")).status).toBe(200);
  await expect.poll(() => moods.get("opsgenie")?.length, { timeout: 30_000 }).toBe(0);
  await server.killAndStart();
  // Alertmanager has no word for it.
  await expect
    .poll(heard, { timeout: 90_000 })
    .toBe(expected((name) => (name === "alertmanager" ? 1 : 2)));

  moods.set("slack", [{ status: 503 }]);
  moods.set("alertmanager", [{ slowMs: 4_000 }]);
  await sendLines(server, "edge", shop(pool, failsAt, failsAt + 60_000, failsAt + 5 * 60_000));
  await expect.poll(() => moods.get("alertmanager")?.length, { timeout: 60_000 }).toBe(0);
  await server.killAndStart();
  await expect
    .poll(heard, { timeout: 90_000 })
    .toBe(expected((name) => (name === "alertmanager" ? 2 : 3)));
  expect(receivers.refused).toEqual([]);
  const told = kept();
  expect(told.hook).toEqual(["firing", "acknowledged", "resolved"]);
  expect(told.pagerduty).toEqual(["trigger", "acknowledge", "resolve"]);
  expect(told.opsgenie).toEqual(["create", "acknowledge", "close"]);
  expect(told.alertmanager).toEqual(["begin", "end"]);
  for (const name of ["slack", "teams", "mail"])
    expect(told[name]?.map((said) => /Firing|Acknowledged|Resolved/.exec(said)?.[0])).toEqual([
      "Firing",
      "Acknowledged",
      "Resolved",
    ]);
});

test("rules of the file are marked, and are changed there only", async ({ page }) => {
  await page.goto(`${server.url}/alerts?tab=rules`);
  const row = page.getByRole("row").filter({ hasText: "Lost sessions of the checkout" });
  await expect(row.getByText("from file")).toBeVisible();
  await expect(row.getByRole("button")).toHaveCount(0);
  const own = page.getByRole("row").filter({ hasText: "More lost sessions than usual" });
  await expect(own.getByText("from file")).toHaveCount(0);
  await expect(own.getByRole("button")).toHaveCount(3);
  await expect(page.getByText(rulesFile)).toBeVisible();

  writeFileSync(rulesFile, "rules:\n  - id: checkout-lost\n    name: Broken\n");
  await expect(page.getByText(/line \d/i).first()).toBeVisible({ timeout: 20_000 });
  await expect(row).toBeVisible();
});
