import type { Page } from "@playwright/test";
import { everyPage, nameThings, pageNames, type ShopPage, settleFixedShop } from "./every-page";
import { fixedNow, fixedSecret, sendFixedShop } from "./fixed-shop";
import { type OwnServer, startOwnServer } from "./own-server";
import { expect, test } from "./test";

/*
 * Every page as it looked when it was last approved, in both themes: half as many pixels each way on a desk, so that
 * files stay small and the edges of letters do not count. CONTRIBUTING.md says how to renew the pictures.
 */
const lists = ["sessions", "bounces", "lost"];
const onPhone = ["overview", "sessions", "session", "nodes", "alert", "weekly"];

let server: OwnServer;
let pages: readonly ShopPage[] = [];
test.beforeAll(async () => {
  test.setTimeout(240_000);
  server = await startOwnServer({ HOPWATCH_SECRET: fixedSecret });
  await sendFixedShop(server);
  await settleFixedShop(server);
  pages = everyPage(await nameThings(server));
});
test.afterAll(() => server.stop());

/** Opens a page at the shop's time and waits for all of its data and letters. */
async function open(page: Page, name: string): Promise<void> {
  const shown = pages.find((one) => one.name === name);
  if (!shown) throw new Error(`no page is named ${name}`);
  await page.clock.setFixedTime(fixedNow);
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  await page.goto(server.url + shown.path);
  await settled(page, shown.ready);
}

async function settled(page: Page, ready: string): Promise<void> {
  await expect(page.locator(ready).first()).toBeVisible();
  await expect(page.locator(".skeleton")).toHaveCount(0);
  await page.evaluate(() => document.fonts.ready);
}

/** Compares the page with its approved picture in both themes, and tells of both. */
async function looksAsBefore(page: Page, name: string, fullPage: boolean): Promise<void> {
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await expect.soft(page).toHaveScreenshot(`${name}-${colorScheme}.png`, {
      fullPage,
      animations: "disabled",
      scale: "device",
      threshold: 0.25,
      // Times of this very run (when a snapshot was taken) stay far below.
      maxDiffPixelRatio: 0.02,
      timeout: 30_000,
    });
  }
}

test.describe("on a desk", () => {
  test.use({ viewport: { width: 1440, height: 900 }, deviceScaleFactor: 0.5, timezoneId: "UTC" });
  for (const name of pageNames)
    test(`the page ${name} looks as it did, in both themes`, async ({ page }) => {
      await open(page, name);
      // Long lists draw only what is near the window.
      await looksAsBefore(page, name, !lists.includes(name));
    });

  test("the first page of an empty Hopwatch looks as it did, in both themes", async ({ page }) => {
    const fresh = await startOwnServer({ HOPWATCH_SECRET: fixedSecret });
    try {
      await page.clock.setFixedTime(fixedNow);
      await page.goto(fresh.url);
      await settled(page, "main h1");
      await looksAsBefore(page, "empty", true);
    } finally {
      await fresh.stop();
    }
  });
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 1, timezoneId: "UTC" });
  for (const name of onPhone)
    test(`the page ${name} looks as it did on a phone, in both themes`, async ({ page }) => {
      await open(page, name);
      await looksAsBefore(page, `${name}-phone`, false);
    });
});
