import type { Page } from "@playwright/test";
import { settled } from "./vitals";

/** How evenly pictures came while something moved. */
export interface Frames {
  frames: number;
  meanMs: number;
  p95Ms: number;
  worstMs: number;
  /** Of the page's main thread, per picture. */
  workMs: number;
}

declare global {
  interface Window {
    hopwatchFrames: { times: number[]; on: boolean };
  }
}

/** Counts pictures while `move` goes on. */
export async function framesDuring(page: Page, move: () => Promise<void>): Promise<Frames> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable");
  const taskSeconds = async () => {
    const { metrics } = await devtools.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0;
  };
  await page.evaluate(() => {
    const record = { times: [] as number[], on: true };
    window.hopwatchFrames = record;
    const next = (at: number) => {
      record.times.push(at);
      if (record.on) requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  const begun = await taskSeconds();
  await move();
  await settled(page);
  const worked = (await taskSeconds()) - begun;
  const times = await page.evaluate(() => {
    window.hopwatchFrames.on = false;
    return window.hopwatchFrames.times;
  });
  await devtools.detach();
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
  const sorted = [...gaps].sort((a, b) => a - b);
  const sum = gaps.reduce((total, gap) => total + gap, 0);
  const round = (value: number) => Math.round(value * 10) / 10;
  return {
    frames: gaps.length,
    meanMs: round(sum / Math.max(gaps.length, 1)),
    p95Ms: round(sorted[Math.floor(sorted.length * 0.95)] ?? 0),
    worstMs: round(sorted.at(-1) ?? 0),
    workMs: round((worked * 1000) / Math.max(gaps.length, 1)),
  };
}

/** Drags over an element from one share of its width to another, in small steps. */
export async function drag(
  page: Page,
  selector: string,
  from: { x: number; y: number },
  to: { x: number; y: number },
  steps = 40,
): Promise<void> {
  const box = await page.locator(selector).first().boundingBox();
  if (!box) throw new Error(`${selector} is not drawn`);
  const at = (share: { x: number; y: number }) => ({
    x: box.x + box.width * share.x,
    y: box.y + box.height * share.y,
  });
  const start = at(from);
  const end = at(to);
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move(end.x, end.y, { steps });
  await page.mouse.up();
}
