import { expectAccessible } from "./accessible";
import {
  aBouncedSession,
  aScene,
  playFailover,
  sendLines,
  settledSession,
} from "./bounced-session";
import { expect, test } from "./test";

test("sessions are listed worst first, filtered by the address, and opened by keyboard", async ({
  page,
  request,
}) => {
  const scene = aScene();
  await playFailover(request, scene);
  await sendLines(request, scene, [
    { at: 10_000, node: "web-2", path: "/quiet", session: `${scene.sessionKey}-quiet` },
    { at: 11_000, node: "web-2", path: "/quiet/2", session: `${scene.sessionKey}-quiet` },
  ]);
  const id = await settledSession(request, scene, 2);
  await page.goto(`/sessions?pool=${scene.pool}`);
  const rows = page.getByRole("table").locator("tbody tr[data-index]");
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText(id.slice(0, 12));

  await page.getByRole("button", { name: "Bounced" }).click();
  await expect(page).toHaveURL(/bounced=true/);
  await expect(rows).toHaveCount(1);
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/sessions/${id}`));
});

test("a bounce opens its evidence in place and leads to its place on the timeline", async ({
  page,
  request,
}) => {
  const { scene, id } = await aBouncedSession(request);
  await page.goto(`/sessions?pool=${scene.pool}`);
  await page.getByRole("tab", { name: "Bounces" }).click();
  await expect(page).toHaveURL(/tab=bounces/);
  const bounce = page.getByRole("button", { name: "web-1 to web-2" });
  await bounce.click();
  await expect(bounce).toHaveAttribute("aria-expanded", "true");
  await expect(page.locator(".ss-evidence")).toContainText("DI");
  await page.reload();
  await expect(page.locator(".ss-evidence")).toContainText("DI");
  await page.getByRole("link", { name: "Open on the timeline" }).click();
  await expect(page).toHaveURL(new RegExp(`/sessions/${id}.*request=`));
  await expect(page.locator("tr.selected")).toContainText("/checkout");
});

test("bounces can be narrowed to one cause", async ({ page, request }) => {
  const { scene } = await aBouncedSession(request);
  await page.goto(`/sessions?tab=bounces&pool=${scene.pool}`);
  await expect(page.getByRole("table").locator("tbody[data-index]")).toHaveCount(2);
  await page.getByRole("button", { name: "Any cause" }).click();
  await page.getByRole("button", { name: /^failover/ }).click();
  await expect(page).toHaveURL(/cause=failover/);
  await expect(page.getByRole("table").locator("tbody[data-index]")).toHaveCount(1);
});

test("a lost session says what lost it", async ({ page, request }) => {
  const { scene } = await aBouncedSession(request);
  await page.goto(`/sessions?tab=lost&pool=${scene.pool}`);
  const row = page.getByRole("table").locator("tbody[data-index]");
  await expect(row).toHaveCount(1);
  await expect(row).toContainText("web-2");
  await expect(row).toContainText("routing");
});

/** Keeps what the browser says of rows that were higher or lower from one picture to the next. */
const watchJumps = `
  globalThis.jumps = [];
  new PerformanceObserver((list) => {
    for (const { sources } of list.getEntries())
      for (const { node, previousRect, currentRect } of sources) {
        const element = node?.nodeType === 3 ? node.parentElement : node;
        // Of a group of rows the browser tells the place alone.
        const isRow = !element || element.closest("[data-index]") !== null;
        if (isRow && previousRect.height < 44 && Math.abs(previousRect.top - currentRect.top) > 1)
          globalThis.jumps.push([previousRect.top, currentRect.top]);
      }
  }).observe({ type: "layout-shift", buffered: true });`;
const jumpsSeen = `new Promise((done) => {
  requestAnimationFrame(() => requestAnimationFrame(() => requestIdleCallback(() => done(globalThis.jumps))));
})`;

test("a new bounce joins the open list by itself, and no row jumps", async ({ page, request }) => {
  const { scene } = await aBouncedSession(request);
  await page.addInitScript(watchJumps);
  await page.goto(`/sessions?tab=bounces&pool=${scene.pool}`);
  const rows = page.getByRole("table").locator("tbody[data-index]");
  await expect(rows).toHaveCount(2);
  await sendLines(request, scene, [{ at: 290_000, node: "web-2", path: "/again", flags: "NI" }]);
  await expect(rows).toHaveCount(3);
  expect(await page.evaluate(jumpsSeen)).toEqual([]);
});

test("the lists are accessible in both themes, and fit a narrow screen", async ({
  page,
  request,
}) => {
  const { scene } = await aBouncedSession(request);
  for (const tab of ["sessions", "bounces", "lost"]) {
    await page.goto(`/sessions?tab=${tab}&pool=${scene.pool}`);
    await expect(page.getByRole("table")).toBeVisible();
    await expectAccessible(page);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
