import type { Browser, BrowserContextOptions, Page } from "@playwright/test";
import { everyPage, nameThings, pageNames, settleFixedShop } from "./every-page";
import { fixedNow, fixedSecret, sendFixedShop } from "./fixed-shop";
import { type OwnServer, startOwnServer } from "./own-server";
import { differenceOf } from "./pictures";
import { alive, expect, test } from "./test";

let server: OwnServer;
let paths = new Map<string, { path: string; ready: string }>();
test.beforeAll(async () => {
  test.setTimeout(240_000);
  server = await startOwnServer({ HOPWATCH_SECRET: fixedSecret });
  await sendFixedShop(server);
  await settleFixedShop(server);
  paths = new Map(everyPage(await nameThings(server)).map((page) => [page.name, page]));
});
test.afterAll(() => server.stop());

/** So high that all of nearly every page is in it. */
const viewport = { width: 1440, height: 1700 };
/** The edges of what stands on half a pixel. */
const mostDiffering = 0.001;

const press = (page: Page, name: string | RegExp) =>
  page.getByRole("main").getByRole("button", { name, exact: true }).first().click();

/** Chooses a line of a menu, which closes by it. */
async function choose(page: Page, menu: RegExp, line: string | RegExp): Promise<void> {
  await press(page, menu);
  await page.locator("[popover]:popover-open").getByRole("button", { name: line }).click();
}

/** Ticks or clears boxes of a menu that stays open. */
async function tick(page: Page, menu: string, lines: string[]): Promise<void> {
  await press(page, menu);
  const open = page.locator("[popover]:popover-open");
  for (const line of lines) await open.locator("label", { hasText: line }).first().click();
  await page.keyboard.press("Escape");
}

/** What a reader does on a page before they hand its link on, each in the ways that the page has. */
const doneOn: Record<string, (page: Page) => Promise<void>> = {
  overview: async (page) => {
    await choose(page, /^LB/, "edge-1");
    await press(page, "Share");
    await page.getByTitle("Show only drain").click();
    await press(page, "Lost");
    await press(page, "Bounces only");
  },
  sessions: async (page) => {
    await press(page, "Ping-pong");
    await press(page, "Latest");
    await tick(page, "Columns", ["Client", "Returns"]);
    await page.keyboard.press("u");
  },
  bounces: async (page) => {
    await press(page, "Oldest");
    await tick(page, "Columns", ["Class", "Path"]);
    await page.locator("tbody button[aria-expanded]").first().click();
  },
  "bounces-grouped": (page) => choose(page, /^Any cause|^Cause/, "drain"),
  lost: async (page) => {
    await press(page, "Oldest");
    await tick(page, "Columns", ["Pool"]);
  },
  session: async (page) => {
    await page.keyboard.press("n");
    await page.keyboard.press("+");
    await page.keyboard.press("f");
    await tick(page, "Lanes", ["app4"]);
    await press(page, /^Bounces \d/);
    await page.locator(".tl-others button").first().click();
  },
  snapshot: async (page) => {
    await page.keyboard.press("n");
    await page.keyboard.press("f");
    await page.locator(".tl-others button").last().click();
  },
  nodes: async (page) => {
    await press(page, "Bounces out");
    await press(page, "Log");
    await page.getByRole("application").first().focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await press(page, "As a table");
    await page.getByLabel("Find in the list of nodes").fill("app");
    await press(page, "State");
  },
  compare: (page) => choose(page, /^Balancer/, "edge-1"),
  changes: (page) => choose(page, /^Kind/, "config reload"),
  alerts: (page) => press(page, /^Resolved/),
  alert: async (page) => {
    await page.locator(".al-book summary").last().click();
    await page.locator(".al-book summary").first().click();
    await page.keyboard.press("u");
  },
  rules: (page) => page.getByRole("tab", { name: "Silences" }).click(),
  weekly: async (page) => {
    await choose(page, /^Pool/, "All pools");
    await page.keyboard.press("k");
    await expect(page).toHaveURL(/2026-W02/);
    await page.keyboard.press("j");
    await expect(page).toHaveURL(/2026-W03/);
  },
  sources: (page) => press(page, /^What the log of demo-alb/),
  tester: (page) => page.getByRole("tab", { name: /^Connect/ }).click(),
  connect: (page) => press(page, "NGINX"),
};

/** Opens a page at the shop's time. */
async function open(page: Page, address: string, ready = "main h1"): Promise<void> {
  await page.clock.setFixedTime(fixedNow);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto(address);
  await alive(page);
  await expect(page.locator(ready).first()).toBeVisible();
  await expect(page.locator(".skeleton")).toHaveCount(0);
}

/**
 * All words of the page, apart from the address that only paper shows and from sizes on disk, which change by themselves,
 * and all that is painted on it.
 */
function seen(page: Page): Promise<{ words: string; painted: string[] }> {
  return page.evaluate(() => ({
    words: [...document.querySelectorAll("main > :not(.print-only)")]
      .map((part) => part.textContent ?? "")
      .join("\n")
      .replaceAll(/\d[\d.]* [KMG]iB/g, "some bytes"),
    painted: [...document.querySelectorAll("canvas")].map((canvas) => canvas.toDataURL()),
  }));
}

/** What is in the window, without what only the one who stands on it has: the focus, the pointer, a notice. */
async function picture(page: Page): Promise<Buffer> {
  await page.mouse.move(0, 0);
  await page.evaluate(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    window.scrollTo(0, 0);
  });
  return await page.screenshot({
    animations: "disabled",
    style: ".toasts { visibility: hidden }",
  });
}

/** Opens an address in a browser of its own, and compares what is there word by word and as a picture. */
async function opensTheSame(
  browser: Browser,
  page: Page,
  address: string,
  ready: string,
  own: BrowserContextOptions,
  preference: string,
): Promise<void> {
  const context = await browser.newContext({ viewport, ...own });
  await context.addInitScript(`localStorage.setItem("hopwatch-zone", "${preference}")`);
  const there = await context.newPage();
  await open(there, address, ready);
  await expect(async () => expect(await seen(there)).toEqual(await seen(page))).toPass({
    timeout: 15_000,
  });
  await expect(async () => {
    const share = await differenceOf(context, await picture(page), await picture(there));
    expect(share).toBeLessThan(mostDiffering);
  }).toPass({ timeout: 15_000 });
  await context.close();
}

test.use({ timezoneId: "Europe/Berlin", viewport });
for (const name of pageNames)
  test(`what was done on the page ${name} is in its link and in its address, for a fresh browser`, async ({
    page,
    browser,
  }) => {
    test.setTimeout(120_000);
    page.setDefaultTimeout(10_000);
    const { path, ready } = paths.get(name) ?? { path: "/", ready: "main" };
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    // The address names no zone: the link has to.
    await open(page, server.url + path.replace(/[?&]tz=utc/, (at) => at[0] ?? ""), ready);
    await doneOn[name]?.(page);
    await page.keyboard.press("y");
    await expect(page.getByText("Link copied")).toBeVisible();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(link).not.toMatch(/[?&/=]now/);
    const elsewhere = { timezoneId: "America/New_York" };
    await opensTheSame(browser, page, link, "main h1", elsewhere, "utc");
    const beside = { timezoneId: "Europe/Berlin" };
    await opensTheSame(browser, page, page.url(), "main h1", beside, "local");
  });
