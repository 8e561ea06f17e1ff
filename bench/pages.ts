/**
 * What the pages cost their visitors: `npx tsx bench/pages.ts [pages|frames|live]`. The production build with a
 * database of its own, the demo's data, a session of 5,000 requests over 24 nodes and 24 hours, a pool of 100 nodes over
 * 288 steps; each figure is the median of three.
 */
import { spawnSync } from "node:child_process";
import { cpus, loadavg } from "node:os";
import { type Browser, chromium, type Page } from "@playwright/test";
import { z } from "zod";
import { findChromium } from "@/e2e/browser.mjs";
import { startOwnServer } from "@/e2e/own-server";
import { weekOf } from "@/lib/domain/weeks";
import { declare, judged, longSession, rested, ship, widePool } from "./pages/facts";
import { liveOverview } from "./pages/live";
import { measureMoves } from "./pages/moves";
import { settled, type Vitals, visitor, vitalsOf } from "./pages/vitals";

const bars = { lcpMs: 1200, cls: 0.02, interactionMs: 100, scriptBytes: 250_000 } as const;
/** `HOPWATCH_BENCH_RUNS=1` on a machine that has no time. */
const runs = Number(process.env.HOPWATCH_BENCH_RUNS ?? 3);
/** `HOPWATCH_BENCH_PAGES=overview;weekly` for these alone. */
const chosen = process.env.HOPWATCH_BENCH_PAGES?.split(";");
const [only = "all"] = process.argv.slice(2);

const executablePath = findChromium();
if (executablePath === null) {
  console.error("There is no Chromium here; CHROMIUM_PATH names one");
  process.exit(1);
}
const built = spawnSync(process.execPath, ["lib/server/up.mjs", "--prepare"], { stdio: "inherit" });
if (built.status !== 0) process.exit(1);

const server = await startOwnServer();
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
let missed = false;
try {
  if (only !== "live") {
    await fetch(`${server.url}/api/v1/demo`, {
      method: "POST",
      headers: { authorization: `Bearer ${server.key}` },
    });
    const end = Math.floor(Date.now() / 300_000) * 300_000;
    await declare(server, "long-edge");
    await ship(server, "POST", "logs/long-edge", longSession(end).join("\n"));
    await declare(server, "wide-edge");
    for (const lines of widePool(end))
      await ship(server, "POST", "logs/wide-edge", lines.join("\n"));
    await judged(server);
    await rested();
  }
  if (only === "all" || only === "pages") missed = (await measurePages(browser)) || missed;
  if (only === "all" || only === "frames") {
    const long = await idOf("sessions?pool=long&from=now-25h&limit=1");
    console.table(await measureMoves(browser, server.url, long));
  }
  if (only === "all" || only === "live") {
    const figures = await liveOverview(browser, server, 2000, 30);
    console.table({ "2,000 events/s, open overview": figures });
    missed ||=
      figures.rendererShare > 0.3 ||
      figures.alertsFired === 0 ||
      figures.alertsSeen < figures.alertsFired;
  }
} finally {
  await browser.close();
  await server.stop();
}
process.exitCode = missed ? 1 : 0;

async function idOf(path: string): Promise<string> {
  const list = z.object({ items: z.array(z.object({ id: z.string() })) });
  const answer = await fetch(`${server.url}/api/v1/${path}`);
  return list.parse(await answer.json()).items[0]?.id ?? "none";
}

async function measurePages(on: Browser): Promise<boolean> {
  const worst = await idOf("sessions?pool=demo-shop&from=now-6h&limit=1");
  const long = await idOf("sessions?pool=long&from=now-25h&limit=1");
  const alert = await idOf("alerts?limit=1");
  const pinned = await fetch(`${server.url}/api/v1/snapshots`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ sessionId: worst }),
  });
  const snapshot = z.object({ path: z.string() }).parse(await pinned.json()).path;
  // Each answers how many interactions it was.
  const theme = async (page: Page) => {
    await page.keyboard.press("Tab");
    await page.keyboard.press("Shift+T");
    return 2;
  };
  const timeline = async (page: Page) => {
    const keys = ["j", "j", "k", "+", "-", "f", "0"];
    for (const name of keys) {
      await page.keyboard.press(name);
      await settled(page);
    }
    await page.locator(".tl-table button").nth(4).click();
    return keys.length + 1;
  };
  const nodes = async (page: Page) => {
    const map = page.getByRole("application").first();
    await map.click({ position: { x: 200, y: 20 } });
    const keys = ["ArrowRight", "ArrowDown", "ArrowLeft"];
    for (const name of keys) {
      await map.press(name);
      await settled(page);
    }
    return keys.length + 1;
  };
  const pages: [string, string, (page: Page) => Promise<number>][] = [
    ["overview", "/?from=now-3h&to=now", theme],
    ["sessions", "/sessions?from=now-3h&to=now", theme],
    ["bounces", "/sessions?tab=bounces&from=now-3h&to=now", theme],
    ["lost", "/sessions?tab=lost&from=now-3h&to=now", theme],
    ["session", `/sessions/${worst}`, timeline],
    ["session, 5,000 requests", `/sessions/${long}`, timeline],
    ["snapshot", snapshot, timeline],
    ["nodes", "/nodes?pool=demo-shop&from=now-3h&to=now", nodes],
    ["nodes, 100 × 288", "/nodes?pool=wide&from=now-24h&to=now&step=5m", nodes],
    ["compare", "/compare", theme],
    ["alerts", "/alerts", theme],
    ["alert", `/alerts/${alert}`, theme],
    ["weekly", `/weekly/${weekOf(Date.now()).name}`, theme],
    ["sources", "/sources", theme],
  ];
  const rows: Record<string, Record<string, string>> = {};
  let anyMissed = false;
  for (const [name, path, act] of pages) {
    if (chosen !== undefined && !chosen.includes(name)) continue;
    const taken: Vitals[] = [];
    for (let run = 0; run < runs; run++) {
      const context = await visitor(on);
      taken.push(await vitalsOf(context, server.url + path, act));
      await context.close();
    }
    const middle = (of: (vitals: Vitals) => number) =>
      [...taken.map(of)].sort((a, b) => a - b)[Math.floor(runs / 2)] ?? 0;
    const told = (value: number, bar: number, text: string) => {
      if (value <= bar) return text;
      anyMissed = true;
      return `${text} (over)`;
    };
    const lcp = middle((vitals) => vitals.lcpMs);
    const cls = middle((vitals) => vitals.cls);
    const act99 = middle((vitals) => vitals.interactionMs);
    const work = middle((vitals) => vitals.interactionWorkMs);
    const bytes = middle((vitals) => vitals.scriptBytes);
    rows[name] = {
      "LCP (ms)": told(lcp, bars.lcpMs, String(lcp)),
      CLS: told(cls, bars.cls, String(cls)),
      "interaction (ms)": told(act99, bars.interactionMs, String(act99)),
      "its processor time (ms)": String(work),
      "script (KB)": told(bytes, bars.scriptBytes, String(Math.round(bytes / 1000))),
    };
  }
  console.table(rows);
  console.log(`load at the end: ${loadavg()[0]?.toFixed(1)} on ${cpus().length} cores`);
  return anyMissed;
}
