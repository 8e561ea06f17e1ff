import { lastFullWeek, weekAfter, weekOf } from "@/lib/domain/weeks";
import { expectAccessible } from "./accessible";
import { expectFitsPhone } from "./phone";
import { fresh, haproxyLine, sendLines, sharedPlace } from "./shop-lines";
import { expect, test } from "./test";

const place = sharedPlace();
const hour = 3_600_000;

/** A pool that 40 sessions visited last week, 10 of which were moved. */
async function lastWeek() {
  const week = lastFullWeek(Date.now());
  const pool = fresh("shop");
  const lines = Array.from({ length: 40 }, (_, n) =>
    [0, 1, 2].map((step) =>
      haproxyLine({
        pool,
        node: n < 10 && step === 2 ? "web-02" : "web-01",
        session: `${pool}-${n}`,
        at: new Date(week.from + (50 + n) * hour + step * 5000),
      }),
    ),
  ).flat();
  await sendLines(place, fresh("edge"), lines);
  return { pool, week };
}

test("the last full week is reviewed: objective, budget, causes and what to do next", async ({
  page,
  browser,
}) => {
  const { pool, week } = await lastWeek();
  await page.goto(`/weekly?pool=${pool}`);
  await expect(page).toHaveURL(new RegExp(`/weekly/${week.name}\\?pool=${pool}`));
  await expect(page.getByRole("status").first()).toContainText(
    `${pool} missed its objective: 75.00% against 99.50%.`,
  );
  const keys = page.getByRole("region", { name: "Key figures" });
  await expect(keys).toContainText("75.00%");
  await expect(page.getByRole("table", { name: "Bounces by cause" })).toContainText("unknown");
  await expect(page.getByRole("region", { name: /Next steps/ })).toContainText("10 sessions");
  await expectAccessible(page);

  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Copy link" }).click();
  await expect(page.getByText("Link copied")).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const seen = await page.getByRole("article").textContent();
  const context = await browser.newContext();
  const other = await context.newPage();
  await other.goto(link);
  await expect(other.getByRole("region", { name: "Key figures" })).toContainText("75.00%");
  expect(await other.getByRole("article").textContent()).toBe(seen);
  await context.close();
});

test("who began this week, or sent old logs, is shown the week that they have", async ({
  page,
}) => {
  for (const at of [Date.now() - 60_000, Date.UTC(2025, 2, 5, 12)]) {
    const pool = fresh("young");
    const line = haproxyLine({ pool, node: "web-01", session: pool, at: new Date(at) });
    await sendLines(place, fresh("edge"), [line]);
    await page.goto(`/weekly?pool=${pool}`);
    await expect(page).toHaveURL(new RegExp(`/weekly/${weekOf(at).name}\\?pool=${pool}`));
    await expect(page.getByRole("region", { name: "Key figures" })).toBeVisible();
  }
});

test("keys go from week to week, and a week without traffic says so", async ({ page }) => {
  const { pool, week } = await lastWeek();
  await page.goto(`/weekly/${week.name}?pool=${pool}`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText(pool);
  await page.keyboard.press("k");
  await expect(page).toHaveURL(new RegExp(weekAfter(week, -1).name));
  await expect(page.getByText("Nothing to review")).toBeVisible();
  await page.keyboard.press("j");
  await expect(page.getByRole("region", { name: "Key figures" })).toContainText("75.00%");
});

test("the objective of a pool is set in the page, and the budget follows", async ({ page }) => {
  const { pool, week } = await lastWeek();
  await page.goto(`/weekly/${week.name}?pool=${pool}`);
  await page.getByRole("button", { name: "Objective 99.5%" }).click();
  const field = page.getByLabel(`Continuity objective of ${pool}, %`);
  await field.fill("all of it");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Give a number above 0 and below 100.")).toBeVisible();
  await field.fill("70");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("status").first()).toContainText(
    `${pool} met its objective: 75.00% against 70.00%.`,
  );
  await page.reload();
  await expect(page.getByRole("button", { name: "Objective 70%" })).toBeVisible();
});

test("the review is scheduled to a channel in the page", async ({ page, request }) => {
  const { pool, week } = await lastWeek();
  const channel = fresh("team");
  const entered = await request.put(`/api/v1/channels/${channel}`, {
    data: {
      kind: "webhook",
      settings: { url: "http://127.0.0.1:9/", secret: "what-the-receiver-knows" },
    },
  });
  expect(entered.ok()).toBe(true);
  await page.goto(`/weekly/${week.name}?pool=${pool}`);
  await page.getByRole("button", { name: "Schedule" }).click();
  await page.getByLabel("Told to").selectOption(channel);
  await page.getByLabel("Every").selectOption("Tuesday");
  await page.getByLabel("At", { exact: true }).selectOption("07:00");
  const zone = page.getByLabel("Time zone");
  await zone.fill("Middle/Earth");
  await page.getByRole("button", { name: "Save schedule" }).click();
  await expect(page.getByText("a time zone, such as Europe/Berlin")).toBeVisible();
  await expectAccessible(page);
  await zone.fill("Europe/Berlin");
  await zone.press("Enter");
  await expect(page.getByText("The review is scheduled.")).toBeVisible();
  await page.reload();
  const button = page.getByRole("button", { name: "Schedule" });
  await expect(button).toContainText(`Tue 07:00 to ${channel}`);
  await button.click();
  await expect(page.getByText(/^Next:/)).toBeVisible();
  await page.getByLabel("State").selectOption("Off");
  await page.getByRole("button", { name: "Save schedule" }).click();
  await expect(page.getByText("The review is told to nobody.")).toBeVisible();
});

test("the review is copied as Markdown", async ({ page }) => {
  const { pool, week } = await lastWeek();
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`/weekly/${week.name}?pool=${pool}`);
  await page.getByRole("button", { name: "Markdown" }).click();
  await page.getByRole("button", { name: "Copy as Markdown" }).click();
  await expect(page.getByText("Markdown copied.")).toBeVisible();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  expect(text).toContain(`# ${pool}, week`);
  expect(text).toContain("| Session continuity | 75.00% (objective 99.50%) |");
});

test("the review fits a phone", async ({ page }) => {
  const { pool, week } = await lastWeek();
  await page.goto(`/weekly/${week.name}?pool=${pool}`);
  await expect(page.getByRole("region", { name: "Key figures" })).toContainText("75.00%");
  await expectFitsPhone(page);
  await expectAccessible(page);
});
