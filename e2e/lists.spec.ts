import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expectAccessible } from "./accessible";
import { aBouncedSession } from "./bounced-session";
import { expectFitsPhone } from "./phone";
import { fresh, haproxyLine, journey, sendLines, sharedPlace } from "./shop-lines";
import { expect, test } from "./test";

const rowsOf = (page: Page) => page.getByRole("table").locator("[data-index]");

test("a raw session ID is found in the list, and no address ever holds it", async ({
  page,
  request,
}) => {
  const { scene, id } = await aBouncedSession(request);
  const addresses: string[] = [];
  page.on("request", (sent) => addresses.push(sent.url()));
  await page.goto(`/sessions?pool=${scene.pool}`);
  const search = page.getByRole("searchbox", { name: /Session, correlation ID/ });
  await search.fill(scene.sessionKey);
  await search.press("Enter");
  await expect(page).toHaveURL(new RegExp(`q=${id}`));
  await expect(rowsOf(page)).toHaveCount(1);
  expect(addresses.filter((address) => address.includes(scene.sessionKey))).toEqual([]);

  await search.fill("nobody-knows-this-one");
  await search.press("Enter");
  await expect(page.getByText("No session by that name is kept")).toBeVisible();
  expect(page.url()).not.toContain("nobody");
});

test("lists are searched by path, client and correlation ID", async ({ page, request }) => {
  const { scene, id } = await aBouncedSession(request);
  await page.goto(`/sessions?tab=bounces&pool=${scene.pool}`);
  await expect(rowsOf(page)).toHaveCount(2);
  const search = page.getByRole("searchbox", { name: /Session, correlation ID/ });
  await search.fill("/checkout");
  await expect(page).toHaveURL(/q=%2Fcheckout|q=\/checkout/);
  await expect(rowsOf(page)).toHaveCount(1);
  await search.fill("198.51.100.7");
  await expect(rowsOf(page)).toHaveCount(2);
  await search.fill(`${scene.source}-62000`);
  await search.press("Enter");
  await expect(page).toHaveURL(new RegExp(`q=${id}`));
});

test("bounces are narrowed by the nodes left and reached, and counted by move", async ({
  page,
  request,
}) => {
  const { scene } = await aBouncedSession(request);
  await page.goto(`/sessions?tab=bounces&pool=${scene.pool}`);
  await page.getByRole("button", { name: "From any node" }).click();
  await page.getByRole("button", { name: "web-2", exact: true }).click();
  await expect(page).toHaveURL(/left=web-2/);
  await expect(rowsOf(page)).toHaveCount(1);
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByRole("button", { name: "Group" }).click();
  await page.getByRole("button", { name: "Move", exact: true }).click();
  const table = page.getByRole("table", { name: "Bounces by move" });
  await expect(table.locator("tbody tr")).toHaveCount(2);
  await expectAccessible(page);
  await table.getByRole("button", { name: "web-1 to web-2" }).click();
  await expect(page).toHaveURL(/left=web-1.*reached=web-2|reached=web-2.*left=web-1/);
  await expect(rowsOf(page)).toHaveCount(1);
});

test("chosen columns and filters open again from a link in a fresh browser", async ({
  page,
  request,
  browser,
}) => {
  const { scene } = await aBouncedSession(request);
  await page.goto(`/sessions?tab=bounces&pool=${scene.pool}&cause=failover&order=oldest`);
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("checkbox", { name: "Correlation ID" }).check();
  await page.getByRole("checkbox", { name: "Confidence" }).uncheck();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("columnheader", { name: "Correlation ID" })).toBeVisible();
  const other = await browser.newContext();
  const there = await other.newPage();
  await there.goto(page.url());
  await expect(rowsOf(there)).toHaveCount(1);
  await expect(there.getByRole("columnheader", { name: "Correlation ID" })).toBeVisible();
  await expect(there.getByRole("columnheader", { name: "Confidence" })).toHaveCount(0);
  await expect(there.getByRole("button", { name: "Oldest" })).toHaveAttribute(
    "aria-pressed",
    "true",
  );
  await other.close();
});

test("what is shown goes out whole as CSV and JSON, without a raw session ID", async ({
  page,
  request,
}) => {
  const { scene, id } = await aBouncedSession(request);
  await page.goto(`/sessions?tab=bounces&pool=${scene.pool}`);
  const save = async (name: RegExp) => {
    await page.getByRole("button", { name: "Export" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name }).click(),
    ]);
    await page.keyboard.press("Escape");
    return readFile(await download.path(), "utf8");
  };
  const csv = (await save(/^CSV/)).trimEnd().split("\r\n");
  expect(csv[0]).toBe("at,session,pool,lb,from,to,isReturn,cause,confidence,path");
  expect(csv).toHaveLength(3);
  expect(csv[1]).toContain(id);
  const json = await save(/^JSON/);
  expect(JSON.parse(json)).toMatchObject({ nextCursor: null, items: [{ session: id }, {}] });
  expect(csv.join("") + json).not.toContain(scene.sessionKey);
});

test("a list of ten thousand is read to its end, and only what is seen is drawn", async ({
  page,
}) => {
  test.setTimeout(240_000);
  const pool = fresh("many");
  const now = Date.now();
  const sessions = 10_000;
  const lines = Array.from({ length: sessions }, (_, n) =>
    haproxyLine({
      pool,
      node: `web-0${n % 6}`,
      session: `${pool}-${n}`,
      at: new Date(now - 1_800_000 + n * 100),
    }),
  );
  await sendLines(sharedPlace(), fresh("edge"), lines);
  await page.goto(`/sessions?pool=${pool}&sort=latest`);
  await expect(rowsOf(page).first()).toBeVisible();
  await expect(async () => {
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
    await expect(page.getByText("10,000 sessions. That is all.")).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 180_000 });
  expect(await rowsOf(page).count()).toBeLessThan(120);
  await expect(page.getByText("This list holds still while you read on.")).toHaveCount(1);
  await page.keyboard.press("k");
  await page.getByRole("button", { name: "Show the newest" }).click();
  await expect(page.getByText("This list holds still")).toHaveCount(0);
});

test("the lists with their tools fit a phone", async ({ page, request }) => {
  const { scene } = await aBouncedSession(request);
  for (const view of ["tab=sessions", "tab=bounces", "tab=bounces&group=cause", "tab=lost"]) {
    await page.goto(`/sessions?${view}&pool=${scene.pool}`);
    await expect(page.getByRole("table")).toBeVisible();
    await expectFitsPhone(page);
  }
});

test("the list of nodes is searched and sorted, and a link keeps both", async ({
  page,
  browser,
}) => {
  const pool = fresh("pool");
  await sendLines(
    sharedPlace(),
    fresh("edge"),
    journey(pool, fresh("s"), ["web-01", "web-02", "web-01"]),
  );
  await page.goto(`/nodes?pool=${pool}`);
  const rows = (of: typeof page) =>
    of.getByRole("table", { name: /^Nodes with state/ }).locator("tbody tr");
  await expect(rows(page)).toHaveCount(2);
  await page.getByRole("columnheader", { name: "Requests" }).getByRole("button").click();
  await expect(page).toHaveURL(/by=load/);
  await page.getByRole("searchbox", { name: "Find in the list of nodes" }).fill("web-02");
  await expect(rows(page)).toHaveCount(1);
  await expect(page).toHaveURL(/find=web-02/);
  const other = await browser.newContext();
  const there = await other.newPage();
  await there.goto(page.url());
  await expect(rows(there)).toHaveCount(1);
  await other.close();
});
