import type { Page } from "@playwright/test";
import { settled } from "./vitals";

/** How evenly pictures came while something moved, and what they cost. */
export interface Frames {
  frames: number;
  meanMs: number;
  p95Ms: number;
  worstMs: number;
  /** Processor time of the page's main thread for each picture in which something had moved. */
  mainMs: number;
  /** The same of the page's whole process, painting included. */
  processMs: number;
}

declare global {
  interface Window {
    hopwatchFrames: { times: number[]; on: boolean };
  }
}

/**
 * Counts pictures while `move` goes on. The clock tells how they came on this machine at this time; processor time
 * tells what they cost, whoever else works here.
 *
 * @param moves how often `move` moves something: no more pictures than that had anything new in them
 */
export async function framesDuring(
  page: Page,
  moves: number,
  move: () => Promise<void>,
): Promise<Frames> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
  const system = await page.context().browser()?.newBrowserCDPSession();
  if (!system) throw new Error("the browser is gone");
  const worked = async () => {
    const { metrics } = await devtools.send("Performance.getMetrics");
    const { processInfo } = await system.send("SystemInfo.getProcessInfo");
    return {
      main: metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0,
      renderers: processInfo
        .filter(({ type }) => type === "renderer")
        .reduce((sum, { cpuTime }) => sum + cpuTime, 0),
    };
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
  const begun = await worked();
  await move();
  await settled(page);
  const done = await worked();
  const times = await page.evaluate(() => {
    window.hopwatchFrames.on = false;
    return window.hopwatchFrames.times;
  });
  await devtools.detach();
  await system.detach();
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
  const sorted = [...gaps].sort((a, b) => a - b);
  const sum = gaps.reduce((total, gap) => total + gap, 0);
  const moved = Math.max(Math.min(moves, gaps.length), 1);
  const round = (value: number) => Math.round(value * 10) / 10;
  return {
    frames: gaps.length,
    meanMs: round(sum / Math.max(gaps.length, 1)),
    p95Ms: round(sorted[Math.floor(sorted.length * 0.95)] ?? 0),
    worstMs: round(sorted.at(-1) ?? 0),
    mainMs: round(((done.main - begun.main) * 1000) / moved),
    processMs: round(((done.renderers - begun.renderers) * 1000) / moved),
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
  const element = page.locator(selector).first();
  await element.scrollIntoViewIfNeeded();
  const box = await element.boundingBox();
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
