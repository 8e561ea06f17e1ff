import type { Page } from "@playwright/test";
import { aBouncedSession, aScene, playFailover, settledSession } from "./bounced-session";
import { alive, expect, test } from "./test";

const mostBytes = 250_000;

/** Opens a page in which nothing is kept from before, and counts what scripts weigh on their way. */
async function scriptBytes(page: Page, path: string): Promise<number> {
  const tools = await page.context().newCDPSession(page);
  await tools.send("Network.enable");
  await tools.send("Network.setCacheDisabled", { cacheDisabled: true });
  const scripts = new Set<string>();
  let bytes = 0;
  tools.on("Network.responseReceived", ({ requestId, type }) => {
    if (type === "Script") scripts.add(requestId);
  });
  tools.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (scripts.delete(requestId)) bytes += encodedDataLength;
  });
  await page.goto(path, { waitUntil: "load" });
  await alive(page);
  await expect.poll(() => scripts.size).toBe(0);
  await tools.detach();
  return bytes;
}

test("no page asks for more than 250 KB of scripts before it is touched", async ({
  page,
  request,
}) => {
  // Eleven pages, each without anything kept from before.
  test.setTimeout(180_000);
  const scene = aScene();
  await playFailover(request, scene);
  const session = await settledSession(request, scene, 2);
  const pool = `pool=${scene.pool}`;
  const paths = [
    `/?${pool}`,
    `/sessions?${pool}`,
    `/sessions?tab=bounces&${pool}`,
    `/sessions?tab=lost&${pool}`,
    `/sessions/${session}`,
    `/nodes?${pool}`,
    `/compare?${pool}`,
    "/changes",
    "/alerts",
    "/weekly",
    "/sources",
    "/settings",
  ];
  for (const path of paths) {
    const bytes = await scriptBytes(page, path);
    expect.soft(bytes, path).toBeGreaterThan(50_000);
    expect.soft(bytes, path).toBeLessThan(mostBytes);
  }
});

test("a chart that is touched is drawn on by the library, in the same place and to the same scale", async ({
  page,
  request,
}) => {
  const { scene } = await aBouncedSession(request);
  await page.goto(`/?pool=${scene.pool}&live=false`);
  const still = page.locator(".still-plot");
  await expect(still).toBeVisible();
  const before = await still.locator(".value").allTextContents();
  const plot = await still.boundingBox();

  await page.getByRole("slider", { name: /^Bounces by cause over time/ }).focus();
  const drawn = page.locator(".recharts-surface");
  await expect(drawn).toBeVisible();
  await expect(still).toHaveCount(0);
  const labels = page.locator(".recharts-yAxis-tick-labels text");
  await expect(labels).toHaveText(before);
  const grid = await page.locator(".recharts-cartesian-grid").boundingBox();
  if (!plot || !grid) throw new Error("there is no chart");
  expect(Math.abs(grid.x - plot.x)).toBeLessThan(1.5);
  expect(Math.abs(grid.width - plot.width)).toBeLessThan(1.5);
  expect(Math.abs(grid.y - plot.y)).toBeLessThan(1.5);
});
