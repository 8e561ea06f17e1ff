import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { expect, test } from "@playwright/test";
import { z } from "zod";
import { expectAccessible } from "./accessible";
import { expectFitsPhone } from "./phone";
import { fresh, haproxyLine, sendLines, sharedPlace } from "./shop-lines";

const place = sharedPlace();
const secret = "what-the-receiver-knows";
const noticeSchema = z.object({
  event: z.string(),
  test: z.boolean(),
  alert: z.object({ pool: z.string().nullable(), title: z.string() }),
});

/** Who is told: refuses every second try, takes the other, and keeps what it took. */
async function startReceiver() {
  const taken: { event: string; pool: string | null; delivery: string; test: boolean }[] = [];
  let tries = 0;
  const server: Server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString("utf8");
    const right = createHmac("sha256", secret).update(body).digest("hex");
    tries += 1;
    const notice = noticeSchema.parse(JSON.parse(body));
    const refused = tries % 2 === 0;
    if (request.headers["x-hopwatch-signature"] !== `sha256=${right}`) response.statusCode = 401;
    else if (refused) response.statusCode = 503;
    else
      taken.push({
        event: notice.event,
        pool: notice.alert.pool,
        delivery: String(request.headers["x-hopwatch-delivery"]),
        test: notice.test,
      });
    response.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (!address || typeof address !== "object") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}/hook`,
    of: (pool: string) => taken.filter((notice) => notice.pool === pool),
    tests: () => taken.filter((notice) => notice.test),
    stop: () => server.close(),
  };
}

/** A shop of 45 sessions on three nodes, a request of each every ten seconds; web-02 fails at a time. */
function shop(pool: string, failsAt: number, from: number, to: number): string[] {
  const nodes = ["web-01", "web-02", "web-03"];
  const lines: string[] = [];
  for (let at = from; at < to; at += 10_000)
    for (let session = 0; session < 45; session++) {
      const home = nodes[session % 3] ?? "web-01";
      const moved = home === "web-02" && at >= failsAt;
      const first = moved && at < failsAt + 10_000;
      lines.push(
        haproxyLine({
          pool,
          node: moved ? (session % 2 ? "web-01" : "web-03") : home,
          session: `${pool}-session-${session}`,
          at: new Date(at + session * 50),
          state: first ? "--DI" : "--VN",
        }),
      );
    }
  return lines;
}

test("an incident is one alert, told once, acknowledged in the page and resolved by the lines that follow", async ({
  page,
}) => {
  test.setTimeout(120_000);
  const receiver = await startReceiver();
  const channel = fresh("ops");
  const pool = fresh("shop");
  const source = fresh("edge");

  await page.goto("/alerts?tab=channels");
  await page.getByRole("button", { name: "Add a channel" }).click();
  const form = page.getByRole("dialog", { name: "Add a channel" });
  await form.getByLabel("Name", { exact: true }).fill(channel);
  await form.getByLabel("Address", { exact: true }).fill(receiver.url);
  await form.getByLabel("Secret").fill(secret);
  await form.getByRole("button", { name: "Save channel" }).click();
  await expect(page.getByText(`Saved ${channel}.`)).toBeVisible();
  await page.getByRole("button", { name: `Test ${channel}` }).click();
  await expect(page.getByText(`${channel} took the test.`)).toBeVisible();
  expect(receiver.tests()).toHaveLength(1);
  await expectAccessible(page);

  const begin = Math.floor(Date.now() / 10_000) * 10_000 - 8 * 60_000;
  const failsAt = begin + 2 * 60_000;
  const knownAt = failsAt + 60_000;
  await sendLines(place, source, shop(pool, failsAt, begin, knownAt));
  await page.goto(`/alerts?pool=${pool}`);
  const row = page.getByRole("link").filter({ hasText: "Sessions leave a failing node" });
  // Rules are looked at every ten seconds, and soon after lines came in.
  await expect(row).toBeVisible({ timeout: 10_000 });
  await expect(row).toHaveCount(1);
  await expect(page.getByRole("navigation", { name: "Main", exact: true })).toContainText(
    /Alerts\s*\d+/,
  );
  await expectAccessible(page);

  await row.click();
  await expect(page.getByRole("status").first()).toContainText(
    `15 of 45 sessions of ${pool} affected`,
  );
  await expect(page.getByRole("region", { name: "Where" })).toContainText("web-02");
  await expect(page.getByRole("heading", { name: "Runbook" })).toBeVisible();
  await expect(page.getByRole("table", { name: "Sample sessions" }).getByRole("link")).toHaveCount(
    3,
  );
  await page.keyboard.press("s");
  await expect(page.getByRole("button", { name: "30 minutes" })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Acknowledge" }).click();
  await expect(page.getByText("Acknowledged", { exact: true }).first()).toBeVisible();
  await expectAccessible(page);
  await expectFitsPhone(page);

  await expect
    .poll(() => receiver.of(pool).map(({ event }) => event), { timeout: 30_000 })
    .toEqual(["firing", "acknowledged"]);
  await sendLines(place, source, shop(pool, failsAt, knownAt, knownAt + 4 * 60_000));
  await expect(page.getByText("Resolved", { exact: true }).first()).toBeVisible({
    timeout: 15_000,
  });
  await expect
    .poll(() => receiver.of(pool).map(({ event }) => event), { timeout: 30_000 })
    .toEqual(["firing", "acknowledged", "resolved"]);
  expect(new Set(receiver.of(pool).map(({ delivery }) => delivery)).size).toBe(3);
  await expect(page.getByText("3 deliveries")).toBeVisible();

  await page.goto(`/alerts?pool=${pool}`);
  await expect(page.getByRole("region", { name: "Firing" })).toContainText(
    /No alert fires\s*The last one was over at/,
  );
  await expect(page.getByRole("region", { name: "Resolved" }).getByRole("link")).toHaveCount(1);
  await expectAccessible(page);

  await page.goto("/alerts?tab=channels");
  await page.getByRole("button", { name: `Remove ${channel}` }).click();
  await page.getByRole("button", { name: "Remove channel" }).click();
  await expect(page.getByRole("row").filter({ hasText: channel })).toHaveCount(0);
  receiver.stop();
});

test("a firing alert shows on the overview and is quiet once it is silenced", async ({ page }) => {
  const pool = fresh("shop");
  const begin = Math.floor(Date.now() / 10_000) * 10_000 - 4 * 60_000;
  const failsAt = begin + 60_000;
  await sendLines(place, fresh("edge"), shop(pool, failsAt, begin, failsAt + 60_000));
  await page.goto(`/?pool=${pool}`);
  const firing = page.getByRole("region", { name: "Firing alerts" });
  await expect(firing).toContainText("Sessions leave a failing node", { timeout: 15_000 });
  await expect(firing).toContainText(/\d sessions? affected/);
  await expectAccessible(page);
  await firing.getByRole("link").click();
  await page.getByRole("button", { name: "Silence" }).click();
  await page.getByRole("button", { name: "1 hour" }).click();
  await expect(page.getByText("Silenced", { exact: true }).first()).toBeVisible();

  await page.goto("/alerts?tab=silences");
  const row = page.getByRole("row").filter({ hasText: pool });
  await expect(row).toContainText("infrastructure");
  await expectAccessible(page);
  await row.getByRole("button", { name: "End" }).click();
  await expect(row).toHaveCount(0);
});

test("rules stand from the first start, and are entered, changed, switched off and removed", async ({
  page,
}) => {
  const name = `Bounces of ${fresh("x")}`;
  await page.goto("/alerts?tab=rules");
  await expect(page.getByRole("table", { name: "Rules" })).toContainText(
    "Continuity budget of 99.5% burns too fast",
  );
  await expectAccessible(page);
  await page.getByRole("button", { name: "Add a rule" }).click();
  const form = page.getByRole("dialog", { name: "Add a rule" });
  await form.getByLabel("Name", { exact: true }).fill(name);
  await form.getByLabel("Above, per minute").fill("many");
  await form.getByRole("button", { name: "Save rule" }).click();
  await expect(form.getByLabel("Above, per minute")).toHaveAttribute("aria-invalid", "true");
  await form.getByLabel("Above, per minute").fill("500");
  await form.getByLabel("Only pool").fill("nowhere");
  await form.getByRole("button", { name: "Save rule" }).click();
  const row = page.getByRole("row").filter({ hasText: name });
  await expect(row).toContainText("more than 500 bounces per minute");

  await row.getByRole("button", { name: `Edit ${name}` }).click();
  const edit = page.getByRole("dialog", { name: "Edit the rule" });
  await edit.getByLabel("For, seconds").fill("90");
  await edit.getByRole("button", { name: "Save rule" }).click();
  await expect(row).toContainText("1m 30s");
  await row.getByRole("button", { name: `Switch off ${name}` }).click();
  await expect(row.getByText("off", { exact: true })).toBeVisible();
  await row.getByRole("button", { name: `Remove ${name}` }).click();
  await page.getByRole("button", { name: "Remove rule" }).click();
  await expect(row).toHaveCount(0);
  await expectFitsPhone(page);
});
