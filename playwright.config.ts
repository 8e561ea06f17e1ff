import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { defineConfig } from "@playwright/test";
import { findChromium } from "./e2e/browser.mjs";

const askFreePort =
  "const s=require('net').createServer().listen(0,'127.0.0.1',()=>{console.log(s.address().port);s.close()})";

// Workers read this file again: what the first reading decided is handed on in the environment.
process.env.HOPWATCH_E2E_PORT ??= execFileSync(process.execPath, ["-e", askFreePort])
  .toString()
  .trim();
process.env.HOPWATCH_E2E_KEY ??= randomBytes(18).toString("base64url");
if (!process.env.HOPWATCH_E2E_DATA_DIR) {
  const folder = path.join(tmpdir(), `hopwatch-e2e-${process.pid}`);
  process.env.HOPWATCH_E2E_DATA_DIR = folder;
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
}

const baseURL = `http://127.0.0.1:${process.env.HOPWATCH_E2E_PORT}`;
const executablePath = findChromium() ?? undefined;

/** Browser tests against the real server, with a database of its own. Tests send facts with `HOPWATCH_E2E_KEY`. */
export default defineConfig({
  testDir: "e2e",
  testMatch: "*.spec.ts",
  testIgnore: "lab/**",
  outputDir: "test-results",
  snapshotPathTemplate: "e2e/looks/{arg}{ext}",
  forbidOnly: true,
  workers: 1,
  // What passes only the second time is told apart in the last line of `npm test`, and its trace is kept.
  retries: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    baseURL,
    trace: "retain-on-first-failure",
    launchOptions: {
      executablePath,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  webServer: {
    command: "node lib/server/up.mjs",
    url: `${baseURL}/readyz`,
    timeout: 180_000,
    gracefulShutdown: { signal: "SIGTERM", timeout: 10_000 },
    stdout: "ignore",
    stderr: "pipe",
    env: {
      HOST: "127.0.0.1",
      PORT: process.env.HOPWATCH_E2E_PORT,
      HOPWATCH_DATA_DIR: process.env.HOPWATCH_E2E_DATA_DIR,
      HOPWATCH_INGEST_KEY: process.env.HOPWATCH_E2E_KEY,
      HOPWATCH_LOG_LEVEL: "warn",
      DATABASE_URL: "",
      HOPWATCH_SECRET: "",
    },
  },
});
