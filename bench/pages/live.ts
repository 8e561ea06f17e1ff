import type { Browser } from "@playwright/test";
import { z } from "zod";
import { chance, declare, lineOf, type Shipper, ship } from "./facts";
import { alive, visitor } from "./vitals";

export interface LiveFigures {
  seconds: number;
  linesPerSecond: number;
  /** Of one core, by the page's process, 0 to 1. */
  rendererShare: number;
  /** Of one core, by the page's main thread, 0 to 1. */
  mainThreadShare: number;
  alertsFired: number;
  /** Of those, that the open page showed by itself. */
  alertsSeen: number;
  /** Seconds from the last line sent until all that fired were on the page. */
  alertsSeconds: number;
}

const alertsSchema = z.object({ items: z.array(z.object({ id: z.string(), state: z.string() })) });
const batchMs = 250;
/** The part of the time in which all is well. */
const failsAfter = 0.4;
/** The rules look every ten seconds; past this, nothing fires any more. */
const mostPatienceMs = 90_000;

/** Sends lines at a rate while the overview is open, and looks what that costs the browser. */
export async function liveOverview(
  browser: Browser,
  to: Shipper,
  rate: number,
  seconds: number,
): Promise<LiveFigures> {
  await declare(to, "live-edge");
  const context = await visitor(browser);
  const page = await context.newPage();
  await page.goto(`${to.url}/?pool=live`, { waitUntil: "load" });
  await alive(page);
  const told = await page.evaluateHandle(() => {
    // What the page shows above its figures, from now on, however briefly.
    const ids = new Set<string>();
    const look = () => {
      for (const link of document.querySelectorAll<HTMLAnchorElement>(".al-firing a"))
        ids.add(link.pathname.split("/").at(-1) ?? "");
    };
    look();
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
    return { ids };
  });
  const pageTools = await context.newCDPSession(page);
  await pageTools.send("Performance.enable");
  const browserTools = await browser.newBrowserCDPSession();
  const read = async () => {
    const { metrics } = await pageTools.send("Performance.getMetrics");
    const { processInfo } = await browserTools.send("SystemInfo.getProcessInfo");
    const renderers = processInfo.filter(({ type }) => type === "renderer");
    return {
      main: metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0,
      // The page's own is the one that worked most.
      renderer: Math.max(...renderers.map(({ cpuTime }) => cpuTime)),
    };
  };

  const random = chance(23);
  let sent = 0;
  const nodes = new Map<number, number>();
  // What clients do by themselves is no alert in a pool of half a minute; that a node fails is one.
  const batch = (now: number, fails: boolean) =>
    Array.from({ length: Math.round((rate * batchMs) / 1000) }, (_, n) => {
      const session = Math.floor(random() * 4000);
      const before = nodes.get(session) ?? session % 6;
      const moved = fails && before === 5;
      const node = moved ? Math.floor(random() * 5) : before;
      nodes.set(session, node);
      sent += 1;
      return lineOf({
        lb: "live-edge",
        pool: "live",
        at: now - batchMs + Math.floor((n / rate) * 1000),
        node: `web-${node}`,
        session: `live-${session}`,
        ms: 5 + Math.floor(random() * 200),
        status: random() < 0.01 ? 500 : 200,
        flags: moved ? "DI" : "VN",
        path: "/cart",
        port: 10_000 + (sent % 50_000),
      });
    }).join("\n");

  const ready = await read();
  const begun = performance.now();
  const deliveries: Promise<void>[] = [];
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const fails = performance.now() - begun > failsAfter * seconds * 1000;
      deliveries.push(ship(to, "POST", "logs/live-edge", batch(Date.now(), fails)));
      if (performance.now() - begun < seconds * 1000) return;
      clearInterval(timer);
      resolve();
    }, batchMs);
  });
  await Promise.all(deliveries);
  const elapsed = (performance.now() - begun) / 1000;
  const done = await read();
  const seenIds = () => told.evaluate(({ ids }) => [...ids]);
  const firing = async () => {
    const answer = await fetch(`${to.url}/api/v1/alerts?pool=live`);
    return alertsSchema
      .parse(await answer.json())
      .items.filter(({ state }) => state === "firing")
      .map(({ id }) => id);
  };
  const sentAt = performance.now();
  const waited = () => performance.now() - sentAt;
  let fired = await firing();
  let seen = await seenIds();
  while (
    (fired.length === 0 || fired.some((id) => !seen.includes(id))) &&
    waited() < mostPatienceMs
  ) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    fired = await firing();
    seen = await seenIds();
  }
  const alertsSeconds = Math.round(waited() / 100) / 10;
  await context.close();
  const share = (value: number) => Math.round((value / elapsed) * 1000) / 1000;
  return {
    seconds: Math.round(elapsed),
    linesPerSecond: Math.round(sent / elapsed),
    rendererShare: share(done.renderer - ready.renderer),
    mainThreadShare: share(done.main - ready.main),
    alertsFired: fired.length,
    alertsSeen: fired.filter((id) => seen.includes(id)).length,
    alertsSeconds,
  };
}
