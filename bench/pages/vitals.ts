import type { Browser, BrowserContext, Page } from "@playwright/test";

/** What a page cost its visitor, as Lighthouse and the web vitals count it. */
export interface Vitals {
  lcpMs: number;
  cls: number;
  /** Compressed bytes of scripts before anything was done. */
  scriptBytes: number;
  /** The longest interaction: from the key or the press until the picture that answers it. */
  interactionMs: number;
  /** Processor time of the page's main thread for one interaction, all that follows from it included. */
  interactionWorkMs: number;
}

interface Seen {
  lcp: number;
  cls: number;
  interaction: number;
}

declare global {
  interface Window {
    hopwatchSeen: Seen;
  }
}

/** Runs before the page's own scripts. */
function watchVitals(): void {
  const seen: Seen = { lcp: 0, cls: 0, interaction: 0 };
  window.hopwatchSeen = seen;
  const observe = (
    type: string,
    more: object,
    take: (
      entry: PerformanceEntry & {
        value?: number;
        hadRecentInput?: boolean;
        interactionId?: number;
      },
    ) => void,
  ) =>
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) take(entry);
    }).observe({ type, buffered: true, ...more });
  observe("largest-contentful-paint", {}, (entry) => {
    seen.lcp = entry.startTime;
  });
  observe("layout-shift", {}, (entry) => {
    if (!entry.hadRecentInput) seen.cls += entry.value ?? 0;
  });
  observe("event", { durationThreshold: 16 }, (entry) => {
    // A pointer that only comes over something is none, as the web vitals count.
    if (entry.interactionId) seen.interaction = Math.max(seen.interaction, entry.duration);
  });
}

/** A visitor's browser, with what the compiler's own helper needs in functions that are sent into the page. */
export async function visitor(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await context.addInitScript("globalThis.__name = (value) => value;");
  return context;
}

/** A page of its own, whose figures are taken from its first byte on. */
export async function measuredPage(
  context: BrowserContext,
): Promise<{ page: Page; scriptBytes: () => number }> {
  const page = await context.newPage();
  await page.addInitScript(watchVitals);
  const devtools = await context.newCDPSession(page);
  await devtools.send("Network.enable");
  await devtools.send("Network.setCacheDisabled", { cacheDisabled: true });
  const scripts = new Set<string>();
  let bytes = 0;
  devtools.on("Network.responseReceived", ({ requestId, type }) => {
    if (type === "Script") scripts.add(requestId);
  });
  devtools.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) bytes += encodedDataLength;
  });
  return { page, scriptBytes: () => bytes };
}

/** Waits until the page's keys and buttons do something. */
export async function alive(page: Page): Promise<void> {
  await page.waitForFunction(() => document.documentElement.dataset.alive !== undefined, null, {
    timeout: 90_000,
  });
}

/** Two pictures later everything that an action asked for is drawn and told. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 60)));
      }),
  );
}

/**
 * Opens an address, waits until it is alive and quiet, and does what visitors do.
 *
 * @param act answers how many interactions it was
 */
export async function vitalsOf(
  context: BrowserContext,
  address: string,
  act: (page: Page) => Promise<number>,
): Promise<Vitals> {
  const { page, scriptBytes } = await measuredPage(context);
  await page.goto(address, { waitUntil: "load", timeout: 90_000 });
  await alive(page);
  await page.waitForLoadState("load");
  await settled(page);
  // Once more after the first answers of the stream have been drawn.
  await page.waitForFunction(() => performance.now() > 2500);
  const before = await page.evaluate(() => ({ ...window.hopwatchSeen }));
  const bytes = scriptBytes();
  await page.evaluate(() => {
    window.hopwatchSeen.interaction = 0;
  });
  const devtools = await context.newCDPSession(page);
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
  const worked = async () => {
    const { metrics } = await devtools.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0;
  };
  const begun = await worked();
  const acts = await act(page);
  await settled(page);
  const work = (await worked()) - begun;
  const after = await page.evaluate(() => ({ ...window.hopwatchSeen }));
  await page.close();
  return {
    lcpMs: Math.round(before.lcp),
    cls: Math.round(after.cls * 1000) / 1000,
    scriptBytes: bytes,
    interactionMs: Math.round(after.interaction),
    interactionWorkMs: Math.round((work * 1000) / acts),
  };
}
