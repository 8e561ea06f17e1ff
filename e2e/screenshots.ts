/** The README's pictures: `npm run screenshots`. The production build, a database of its own, the demo's shop at a fixed time. */
import { spawnSync } from "node:child_process";
import { chromium } from "@playwright/test";
import { findChromium } from "./browser.mjs";
import { settleFixedShop } from "./every-page";
import {
  fixedNow,
  fixedPool,
  fixedRange,
  fixedSecret,
  sendFixedShop,
  worstSession,
} from "./fixed-shop";
import { startOwnServer } from "./own-server";
import { alive } from "./test";

const built = spawnSync(process.execPath, ["lib/server/up.mjs", "--prepare"], { stdio: "inherit" });
if (built.status !== 0) process.exit(1);
const server = await startOwnServer({ HOPWATCH_SECRET: fixedSecret });
const browser = await chromium.launch({
  executablePath: findChromium() ?? undefined,
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  await sendFixedShop(server);
  await settleFixedShop(server);
  const session = await worstSession(server);
  const range = `pool=${fixedPool}&from=${fixedRange.from}&to=${fixedRange.to}&live=false`;
  const pictures = [
    { name: "overview", path: `/?${range}`, ready: "main .still-plot .value" },
    { name: "session", path: `/sessions/${session}?hop=2&live=false`, ready: ".tl-pill" },
    { name: "nodes", path: `/nodes?${range}&step=1m`, ready: "canvas" },
  ];
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    colorScheme: "dark",
    reducedMotion: "reduce",
    timezoneId: "UTC",
  });
  for (const { name, path, ready } of pictures) {
    const page = await context.newPage();
    await page.clock.setFixedTime(fixedNow);
    await page.goto(server.url + path);
    await alive(page);
    await page.locator(ready).first().waitFor();
    await page.waitForFunction(() => document.querySelector(".skeleton") === null);
    await page.waitForLoadState("networkidle");
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: `docs/screenshots/${name}.png`, animations: "disabled" });
    await page.close();
    console.log(`docs/screenshots/${name}.png`);
  }
} finally {
  await browser.close();
  await server.stop();
}
