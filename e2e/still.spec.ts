import type { Page } from "@playwright/test";
import { everyPage, nameThings, pageNames } from "./every-page";
import { type OwnServer, startOwnServer } from "./own-server";
import { alive, expect, test } from "./test";

/** What a page may move of what it shows, as browsers sum it up. */
const mostShift = 0.02;

let server: OwnServer;
let paths = new Map<string, string>();
test.beforeAll(async () => {
  test.setTimeout(240_000);
  server = await startOwnServer();
  const authorization = `Bearer ${server.key}`;
  await fetch(`${server.url}/api/v1/demo`, { method: "POST", headers: { authorization } });
  const read = async (path: string) => (await fetch(`${server.url}/api/v1/${path}`)).json();
  // Its past is read in, its lines go on arriving, and what they show is told.
  await expect
    .poll(async () => (await read("alerts")).items.length, { timeout: 180_000 })
    .toBeGreaterThan(0);
  await expect
    .poll(
      async () => {
        const { items } = await read("pools");
        return Date.now() - Date.parse(items[0].lastSeen);
      },
      { timeout: 180_000 },
    )
    .toBeLessThan(10_000);
  const named = everyPage(await nameThings(server, { from: "now-3h", to: "now" }));
  // As they are opened day by day: the time that is given above is another one.
  paths = new Map(named.map(({ name, path }) => [name, live(path)]));
});
test.afterAll(() => server.stop());

function live(path: string): string {
  const { pathname, searchParams } = new URL(path, server.url);
  for (const name of ["from", "to", "live", "tz", "before", "after", "step", "hop"])
    searchParams.delete(name);
  return `${pathname.replace(/^\/weekly\/.*/, "/weekly")}?${searchParams}`;
}

/** Runs before the page's own scripts: sums what moved, with what it was, and counts what the stream told. */
const watch = `
  globalThis.moved = [];
  globalThis.heard = 0;
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries())
      if (!hadRecentInput)
        moved.push({
          value,
          what: sources.map(({ node, previousRect: was, currentRect: is }) =>
            [(node?.textContent ?? "").slice(0, 40), was.x, was.y, "to", is.x, is.y].join(" "),
          ),
        });
  }).observe({ type: "layout-shift", buffered: true });
  globalThis.EventSource = class extends EventSource {
    constructor(...its) {
      super(...its);
      this.addEventListener("tick", () => (heard += 1));
    }
  };`;

interface Moved {
  value: number;
  what: string[];
}

/** Opens a page, its answers and fonts held back until all else is there, and tells what moved until two ticks later. */
async function movedOn(page: Page, path: string): Promise<Moved[]> {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.addInitScript(watch);
  await page.route(late, async (route) => {
    await held;
    await route.continue().catch(() => undefined);
  });
  await page.goto(server.url + path, { waitUntil: "commit" });
  await alive(page);
  await page.evaluate(painted);
  release();
  await expect.poll(() => page.evaluate("heard"), { timeout: 20_000 }).toBeGreaterThan(1);
  await page.evaluate("document.fonts.ready");
  await expect(page.locator(".skeleton")).toHaveCount(0);
  await page.evaluate(painted);
  const moved = await page.evaluate<Moved[]>("moved");
  await page.unrouteAll({ behavior: "ignoreErrors" });
  return moved;
}

const painted = `new Promise((done) => {
  requestAnimationFrame(() => requestAnimationFrame(() => requestIdleCallback(done)));
})`;

const late = /\/api\/v1\/|\.woff2/;

test("nothing moves on any page while answers and fonts are late and lines arrive", async ({
  browser,
}) => {
  const viewport = { width: 1440, height: 900 };
  // Eighteen pages, each without anything kept from before.
  test.setTimeout(240_000);
  for (const name of pageNames) {
    const context = await browser.newContext({ viewport });
    const moved = await movedOn(await context.newPage(), paths.get(name) ?? "/");
    await context.close();
    const sum = moved.reduce((all, { value }) => all + value, 0);
    const most = [...moved].sort((a, b) => b.value - a.value).slice(0, 3);
    expect.soft(sum, `${name}: ${JSON.stringify(most, null, 1)}`).toBeLessThan(mostShift);
  }
});

test("what moves without end moves on the graphics side alone, so that a screen on the wall costs little", async ({
  browser,
}) => {
  const context = await browser.newContext({ reducedMotion: "no-preference" });
  const page = await context.newPage();
  await page.goto(server.url + (paths.get("overview") ?? "/"));
  await alive(page);
  await expect(page.locator(".dot.pulse").first()).toBeVisible();
  const moved = await page.evaluate(() => [
    ...new Set(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().iterations === Number.POSITIVE_INFINITY)
        .flatMap(({ effect }) => (effect instanceof KeyframeEffect ? effect.getKeyframes() : []))
        .flatMap((keyframe) => Object.keys(keyframe)),
    ),
  ]);
  const timing = ["offset", "computedOffset", "easing", "composite"];
  expect(moved.filter((name) => !timing.includes(name)).sort()).toEqual(["opacity", "transform"]);
  await context.close();
});
