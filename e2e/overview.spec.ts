import type { Page } from "@playwright/test";
import { expectAccessible } from "./accessible";
import { expectFitsPhone } from "./phone";
import { fresh, haproxyLine, journey, sendLines, sharedPlace } from "./shop-lines";
import { alive, expect, test } from "./test";

const place = sharedPlace();

/** A pool in which one session moved and one stayed, on the page. */
async function openPool(page: Page): Promise<{ pool: string; moved: string }> {
  const pool = fresh("shop");
  const moved = fresh("moved");
  await sendLines(place, fresh("edge"), [
    ...journey(pool, moved, ["web-01", "web-01", "web-02", "web-02"]),
    ...journey(pool, fresh("stayed"), ["web-01", "web-01", "web-01"]),
  ]);
  await page.goto(`/?pool=${pool}`);
  await expect(page.getByRole("button", { name: "Live" })).toBeVisible();
  return { pool, moved };
}

test("the overview says in one sentence what bounced, and shows figures, causes and sessions", async ({
  page,
}) => {
  const { pool } = await openPool(page);
  await expect(page.getByText(`${pool} bounced once this hour`)).toBeVisible();
  await expect(page.getByRole("button", { name: /Sessions affected/ })).toContainText("1");
  await expect(page.getByRole("region", { name: "Node usage" })).toContainText("web-02");
  await expect(page.getByRole("table", { name: "Bounces by cause", exact: true })).toBeVisible();
  const latest = page.getByRole("region", { name: "Latest bounces" }).getByRole("listitem");
  await expect(latest).toHaveCount(1);
  await expect(latest).toContainText("web-01");
  await expect(latest).toContainText("web-02");
  await page.getByRole("table", { name: "Worst sessions" }).getByRole("link").first().click();
  await expect(page).toHaveURL(/\/sessions\/[0-9a-f]{16}/);
});

test("a bounce comes to the open page by itself", async ({ page }) => {
  const { pool } = await openPool(page);
  const latest = page.getByRole("region", { name: "Latest bounces" }).getByRole("listitem");
  await expect(latest).toHaveCount(1);
  const session = fresh("live");
  await sendLines(place, "live-edge", journey(pool, session, ["web-01"]));
  const line = haproxyLine({ pool, node: "web-03", session, at: new Date() });
  await sendLines(place, "live-edge", [line]);
  await expect(latest.filter({ hasText: "web-03" })).toHaveCount(1);
});

test("dragging over the chart zooms into it, and Back undoes that", async ({ page }) => {
  await openPool(page);
  const plot = page.getByRole("slider", { name: /Bounces by cause over time/ });
  const box = await plot.boundingBox();
  if (!box) throw new Error("the chart is not drawn");
  await page.mouse.move(box.x + box.width * 0.5, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.9, box.y + 60, { steps: 4 });
  await page.mouse.up();
  await expect(page).toHaveURL(/from=20\d\d-.*to=20\d\d-/);
  await expect(page.getByRole("button", { name: "Go live" })).toBeVisible();
  await page.goBack();
  await expect(page).not.toHaveURL(/from=20/);
  await expect(page.getByRole("button", { name: "Live" })).toBeVisible();
});

test("a range without data offers the newest", async ({ page }) => {
  const { pool } = await openPool(page);
  await page.goto(`/?pool=${pool}&from=2026-01-01T00:00:00Z&to=2026-01-01T01:00:00Z&tz=utc`);
  await expect(page.getByText("No requests in this range")).toBeVisible();
  await page.getByRole("button", { name: "Jump to the newest data" }).click();
  await expect(page.getByText(`${pool} bounced once in this range`)).toBeVisible();
});

test("a copied link opens what was seen, with fixed times", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const { pool } = await openPool(page);
  await page.getByRole("button", { name: "Copy link" }).click();
  await expect(page.getByText("Link copied")).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/from=20.*to=20/);
  expect(link).not.toContain("now");
  await page.goto(link);
  await expect(page.getByText(`${pool} bounced once in this range`)).toBeVisible();
});

test("finding a session by its raw ID opens it, and no address ever holds the ID", async ({
  page,
}) => {
  const { moved } = await openPool(page);
  const addresses: string[] = [];
  page.on("request", (request) => addresses.push(request.url()));
  await page.keyboard.press("/");
  await page.keyboard.type(moved);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/sessions\/[0-9a-f]{16}/);
  expect(addresses.filter((address) => address.includes(moved))).toEqual([]);
});

test("an ID that nobody knows is answered in words", async ({ page }) => {
  await openPool(page);
  await page.getByRole("textbox", { name: /Find a session/ }).fill("no-such-session");
  await page.keyboard.press("Enter");
  await expect(page.getByText("No session by that name")).toBeVisible();
});

test("the keyboard reaches range, help and pages", async ({ page }) => {
  const { pool } = await openPool(page);
  await expect(async () => {
    await page.keyboard.press("t");
    await expect(page.getByRole("button", { name: "Last 1 hour", exact: true })).toBeFocused({
      timeout: 2000,
    });
  }).toPass();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/from=now-30m/);
  await page.keyboard.press("t");
  await page.getByRole("textbox", { name: "From" }).fill("now-90m");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/from=now-90m/);
  await page.getByRole("heading", { name: "Latest bounces" }).click();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("s");
  await expect(page).toHaveURL(new RegExp(`/sessions\\?.*pool=${pool}`));
});

test("the overview tells where the bounces lie and what to do about them", async ({ page }) => {
  const { pool } = await openPool(page);
  const where = page.getByRole("region", { name: "Where it lies" });
  await expect(where.getByRole("link", { name: "web-01" })).toBeVisible();
  await expect(where).toContainText("little traffic");
  const next = page.getByRole("region", { name: "What to do next" });
  await next.getByRole("button", { name: "How to fix it" }).first().click();
  await expect(page.getByRole("dialog").locator("summary").first()).toBeVisible();
  await page.keyboard.press("Escape");
  await where.getByRole("link", { name: "web-01" }).click();
  await expect(page).toHaveURL(/tab=bounces.*left=web-01|left=web-01.*tab=bounces/);
  await expect(page).toHaveURL(new RegExp(`pool=${pool}`));
  await expect(page.getByRole("table").locator("tbody[data-index]")).toHaveCount(1);
});

test("a link opens the same picture in a fresh browser", async ({ page, browser }) => {
  const { pool } = await openPool(page);
  await page.getByRole("button", { name: /Lost sessions/ }).click();
  await expect(page).toHaveURL(/metric=lost/);
  const other = await browser.newContext();
  const there = await other.newPage();
  await there.goto(page.url());
  await expect(there.getByRole("heading", { name: "Lost sessions" })).toBeVisible();
  await expect(there.getByText(`${pool} bounced once this hour`)).toBeVisible();
  await other.close();
});

test("one key turns local time into UTC", async ({ browser }) => {
  const context = await browser.newContext({ timezoneId: "Europe/Berlin" });
  const page = await context.newPage();
  await openPool(page);
  await alive(page);
  await page.keyboard.press("u");
  await expect(page).toHaveURL(/tz=utc/);
  await context.close();
});

test("on paper the page says what it shows, without what is only pressed", async ({ page }) => {
  const { pool } = await openPool(page);
  await page.emulateMedia({ media: "print" });
  await expect(page.getByText(`pool ${pool}`)).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Main", exact: true })).toBeHidden();
  await expect(page.getByRole("region", { name: "What is shown" })).toBeHidden();
  await expect(page.getByRole("region", { name: "Where it lies" })).toBeVisible();
});

test("the theme is remembered, without a flash of the other", async ({ page }) => {
  await openPool(page);
  await page.getByRole("button", { name: "Theme" }).click();
  await page.getByRole("button", { name: "Light" }).click();
  await page.reload({ waitUntil: "commit" });
  await expect(page.locator("html")).toHaveClass(/light/);
});

test("the overview is accessible in both themes and fits a phone", async ({ page }) => {
  await openPool(page);
  await expect(page.getByRole("region", { name: "Latest bounces" })).toContainText("web-02");
  await expect(page.getByRole("table", { name: "Worst sessions" })).toBeVisible();
  await expectAccessible(page);
  await expectFitsPhone(page);
});

test("a link whose range cannot be understood says so beside the range that is shown", async ({
  page,
}) => {
  const place = sharedPlace();
  const pool = fresh("shop");
  await sendLines(place, fresh("edge"), journey(pool, fresh("s"), ["web-01", "web-02"]));
  await page.goto(`/?pool=${pool}&from=yesterday&to=never`);
  await expect(
    page.getByRole("button", { name: "Not understood, shown: Last 1 hour" }),
  ).toBeVisible();
});

test("a call that does not exist is answered as a problem, not with a page", async ({
  request,
}) => {
  const answer = await request.get("/api/v1/nothing");
  expect(answer.status()).toBe(404);
  expect(answer.headers()["content-type"]).toBe("application/problem+json");
  expect((await request.get("/api/openapi.json")).status()).toBe(200);
});
