import type { Page } from "@playwright/test";
import { everyPage, nameThings, pageNames, settleFixedShop } from "./every-page";
import { fixedNow, fixedSecret, sendFixedShop } from "./fixed-shop";
import { type OwnServer, startOwnServer } from "./own-server";
import { expect, test } from "./test";

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

/** Opens a page at the shop's time, in the reader's own zone. */
async function open(page: Page, address: string, ready: string): Promise<void> {
  await page.clock.setFixedTime(fixedNow);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto(address);
  await expect(page.locator(ready).first()).toBeVisible();
  await expect(page.locator(".skeleton")).toHaveCount(0);
}

async function openNamed(page: Page, name: string): Promise<void> {
  const shown = paths.get(name);
  if (!shown) throw new Error(`no page is named ${name}`);
  await open(page, server.url + shown.path, shown.ready);
}

for (const name of pageNames)
  test(`everything that can be pressed on the page ${name} is reached and used by keyboard`, async ({
    page,
  }) => {
    await openNamed(page, name);
    expect(await onlyForPointers(page)).toEqual([]);
    // What came with the page is laid out anew once its width is known.
    await expect(async () =>
      expect(await missedByTab(page)).toEqual({ missed: [], unmarked: [] }),
    ).toPass({ timeout: 20_000 });
    await arrowsReachAll(page);
    const menus = page.locator("main button[popovertarget]:visible");
    for (const menu of await menus.all()) {
      await menu.focus();
      await page.keyboard.press("Enter");
      await expect(menu).toHaveAttribute("aria-expanded", "true");
      await page.keyboard.press("Escape");
      await expect(menu).toHaveAttribute("aria-expanded", "false");
      await expect(menu).toBeFocused();
    }
    const dialogs = page.locator("button[aria-haspopup=dialog]:not([popovertarget]):visible");
    for (const button of await dialogs.all()) {
      await button.focus();
      await page.keyboard.press("Enter");
      const dialog = page.locator("dialog[open]");
      await expect(dialog).toBeVisible();
      await expect(dialog.locator(":focus")).toHaveCount(1);
      await page.keyboard.press("Escape");
      await expect(dialog).toHaveCount(0);
      await expect(button).toBeFocused();
    }
  });

/** Of what Tab passes by, all has to be a part of something in which arrows go round. */
async function arrowsReachAll(page: Page): Promise<void> {
  const parts = page.locator(
    "main :is(button, a[href], [role=tab], [role=option], [role=slider], [role=gridcell], [role=menuitem])[tabindex='-1']:visible",
  );
  for (const part of await parts.all()) await expect(part).toHaveRole("tab");
  for (const list of await page.getByRole("tablist").all()) {
    const names = await list.getByRole("tab").allTextContents();
    await list.getByRole("tab", { selected: true }).focus();
    const passed = new Set<string>();
    for (const _ of names) {
      await page.keyboard.press("ArrowRight");
      passed.add((await list.locator(":focus").textContent()) ?? "");
    }
    expect([...passed].sort()).toEqual([...names].sort());
  }
}

/** What looks as if it can be pressed, and neither is nor lies in something that takes the focus. */
function onlyForPointers(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("body *")]
      .filter(
        (element) =>
          element.checkVisibility({ visibilityProperty: true }) &&
          getComputedStyle(element).cursor === "pointer" &&
          !element.closest("a[href], button, input, select, textarea, summary, label, [tabindex]"),
      )
      .map((element) => element.outerHTML.slice(0, 120)),
  );
}

/**
 * What takes the focus by its nature, and was not come to by pressing Tab all the way round; and what was come to, and
 * did not look any other for it.
 */
async function missedByTab(page: Page): Promise<{ missed: string[]; unmarked: string[] }> {
  const wanted = await page.evaluate(() => {
    const found = [
      ...document.querySelectorAll<HTMLElement | SVGElement>(
        "a[href], button:not(:disabled), input:not(:disabled), select, textarea, summary, [tabindex='0']",
      ),
    ].filter(
      (element) =>
        element.tabIndex >= 0 &&
        !element.closest("[inert]") &&
        element.checkVisibility({ visibilityProperty: true }),
    );
    for (const old of document.querySelectorAll("[data-reach]")) old.removeAttribute("data-reach");
    found.forEach((element, index) => {
      element.dataset.reach = String(index);
    });
    return found.map((element) => element.outerHTML.slice(0, 120));
  });
  const reached = new Set<string>();
  const unmarked = new Set<string>();
  for (let presses = 0; presses < wanted.length + 20; presses += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(focusSeen);
    if (at.place !== null) {
      reached.add(at.place);
      if (!at.isMarked) unmarked.add(at.place);
    }
    if (reached.size === wanted.length) break;
  }
  return {
    missed: wanted.filter((_, index) => !reached.has(String(index))),
    unmarked: wanted.filter((_, index) => unmarked.has(String(index))),
  };
}

/** Runs in the page: where the focus is, and whether what has it, or a part or the whole of it, looks other than without. */
function focusSeen(): { place: string | null; isMarked: boolean } {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement || element instanceof SVGElement))
    return { place: null, isMarked: true };
  const looks = () =>
    [element.parentElement, element, ...element.children]
      .flatMap((part) =>
        part ? [undefined, "::before", "::after"].map((of) => getComputedStyle(part, of)) : [],
      )
      .map(({ outline, boxShadow, stroke, strokeWidth, borderColor, backgroundColor }) =>
        [outline, boxShadow, stroke, strokeWidth, borderColor, backgroundColor].join(),
      )
      .join("\n");
  const focused = looks();
  element.blur();
  const isMarked = looks() !== focused;
  element.focus({ preventScroll: true });
  return { place: element.getAttribute("data-reach"), isMarked };
}

test("while answers take their time, what was shown stays or its shape is shown", async ({
  page,
}) => {
  for (const name of ["overview", "sessions", "bounces", "lost", "nodes", "changes"]) {
    await openNamed(page, name);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route("**/api/v1/**", async (route) => {
      await held;
      await route.continue().catch(() => undefined);
    });
    await page.getByRole("button", { name: "The range before" }).click();
    await expect(page).toHaveURL(/from=2026-01-15T09(:|%3A)00/);
    await expect(page.locator("main table, main .skeleton").first()).toBeVisible();
    await expect(page.getByRole("region", { name: "What is shown" })).toBeVisible();
    release();
    await page.unrouteAll({ behavior: "ignoreErrors" });
  }
});

test("no table is cut off on a screen of ordinary width", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  for (const name of pageNames) {
    await openNamed(page, name);
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll(".table-scroll")]
        .filter((part) => part.scrollWidth > part.clientWidth + 1)
        .map((part) => part.getAttribute("aria-label")),
    );
    expect(cut, name).toEqual([]);
  }
});

test("no table is cut off on paper", async ({ page }) => {
  // A4 across, less its margins.
  await page.setViewportSize({ width: 1047, height: 718 });
  await page.emulateMedia({ media: "print" });
  for (const name of pageNames) {
    await openNamed(page, name);
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll("main table")]
        .filter((table) => table.getBoundingClientRect().right > window.innerWidth + 1)
        .map((table) => table.querySelector("caption")?.textContent ?? ""),
    );
    expect(cut, name).toEqual([]);
  }
});
