import type { Browser } from "@playwright/test";
import { drag, type Frames, framesDuring } from "./frames";
import { alive, settled, visitor } from "./vitals";

/**
 * How smoothly the timeline of a long session and the heatmaps of a wide pool follow a hand.
 *
 * @param long the id of the session
 */
export async function measureMoves(
  browser: Browser,
  url: string,
  long: string,
): Promise<Record<string, Frames>> {
  const context = await visitor(browser);
  const page = await context.newPage();
  await page.goto(`${url}/sessions/${long}`, { waitUntil: "load" });
  await alive(page);
  await page.locator(".tl-surface").waitFor();
  await settled(page);
  const rows: Record<string, Frames> = {};
  const plot = await page.locator(".tl-surface").boundingBox();
  if (!plot) throw new Error("the plot is not drawn");
  // From within the page, one turn for each picture, as a hand does it: messages from outside come far apart.
  const wheel = (deltaX: number, deltaY: number, times: number, ctrlKey: boolean) =>
    page.evaluate(
      ([x, y, count, zooms]) =>
        new Promise<void>((resolve) => {
          const box = document.querySelector(".tl-box");
          const at = box?.getBoundingClientRect();
          if (!box || !at) throw new Error("the plot is not drawn");
          let left = count;
          const turn = () => {
            box.dispatchEvent(
              new WheelEvent("wheel", {
                bubbles: true,
                cancelable: true,
                clientX: at.left + at.width * 0.6,
                clientY: at.top + 300,
                deltaX: x,
                deltaY: y,
                ctrlKey: zooms,
              }),
            );
            left -= 1;
            if (left > 0) requestAnimationFrame(turn);
            else resolve();
          };
          requestAnimationFrame(turn);
        }),
      [deltaX, deltaY, times, ctrlKey] as const,
    );
  const press = async (key: string, times: number) => {
    for (let n = 0; n < times; n++) await page.keyboard.press(key);
  };
  rows["timeline: pointer over the plot"] = await framesDuring(page, 60, async () => {
    await page.mouse.move(plot.x, plot.y + 10);
    await page.mouse.move(plot.x + plot.width, plot.y + plot.height, { steps: 60 });
  });
  rows["timeline: zoom in by wheel"] = await framesDuring(page, 30, () => wheel(0, -60, 30, true));
  rows["timeline: pan by wheel"] = await framesDuring(page, 40, () => wheel(40, 0, 40, false));
  rows["timeline: zoom out by wheel"] = await framesDuring(page, 30, () => wheel(0, 60, 30, true));
  rows["timeline: draw a brush"] = await framesDuring(page, 40, () =>
    drag(page, ".tl-minimap svg", { x: 0.3, y: 0.5 }, { x: 0.6, y: 0.5 }),
  );
  rows["timeline: move the brush"] = await framesDuring(page, 40, () =>
    drag(page, ".tl-minimap svg", { x: 0.45, y: 0.5 }, { x: 0.8, y: 0.5 }),
  );
  rows["timeline: pan by arrow keys"] = await framesDuring(page, 30, async () => {
    await page.locator(".tl-box").focus();
    await press("ArrowLeft", 30);
  });
  await page.keyboard.press("0");
  rows["timeline: step through bounces"] = await framesDuring(page, 30, () => press("j", 30));
  await page.goto(`${url}/nodes?pool=wide&from=now-24h&to=now&step=5m`, { waitUntil: "load" });
  await alive(page);
  await page.locator("canvas").nth(2).waitFor();
  await settled(page);
  const map = await page.locator("canvas").first().boundingBox();
  if (!map) throw new Error("the heatmap is not drawn");
  rows["heatmaps: pointer over the cells"] = await framesDuring(page, 60, async () => {
    await page.mouse.move(map.x, map.y + 5);
    await page.mouse.move(map.x + map.width, map.y + Math.min(map.height, 500), { steps: 60 });
  });
  await page.getByRole("application").first().focus();
  rows["heatmaps: arrow keys"] = await framesDuring(page, 30, () => press("ArrowLeft", 30));
  await context.close();
  return rows;
}
