// `npm test`: everything that has to hold, on a fresh clone too: style and the floor rule, types, unit and database
// tests, the built pages in a browser. Goes on after a failure and closes with one line of figures.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { findChromium } from "../../e2e/browser.mjs";
import { build, checkNode, generate, install, root } from "./prepare.mjs";

process.chdir(root);
checkNode();
install({ dev: true });
generate();

const reports = path.join(root, ".test");
mkdirSync(reports, { recursive: true });
const total = { passed: 0, failed: 0, flaky: 0, notRun: 0 };

/**
 * @param {string} title
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
function step(title, args, env = {}) {
  console.log(`\n— ${title}`);
  const { status } = spawnSync(process.execPath, args, {
    stdio: "inherit",
    env: { ...process.env, NODE_ENV: "test", ...env },
  });
  return status === 0;
}

/** @param {string} file */
function report(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : null;
}

/** @param {string} title @param {string[]} args */
function check(title, args) {
  if (!step(title, args)) total.failed += 1;
}

function vitest() {
  const file = path.join(reports, "vitest.json");
  rmSync(file, { force: true });
  const ok = step("unit and database tests", [
    "node_modules/vitest/vitest.mjs",
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${file}`,
  ]);
  const result = report(file);
  total.passed += result?.numPassedTests ?? 0;
  const failed = result?.numFailedTests ?? 0;
  // A file that could not even be loaded counts as one.
  total.failed += ok ? 0 : Math.max(failed, 1);
  total.notRun += (result?.numPendingTests ?? 0) + (result?.numTodoTests ?? 0);
}

function playwright() {
  const program = "node_modules/@playwright/test/cli.js";
  const file = path.join(reports, "playwright.json");
  rmSync(file, { force: true });
  const env = { PLAYWRIGHT_JSON_OUTPUT_NAME: file, NODE_ENV: "production" };
  if (!findChromium()) {
    step(
      "browser tests: NOT RUN, there is no Chromium (install it, or set CHROMIUM_PATH)",
      [program, "test", "--list", "--reporter=json"],
      env,
    );
    const { stats } = report(file) ?? {};
    total.notRun += Math.max(1, (stats?.expected ?? 0) + (stats?.skipped ?? 0));
    return;
  }
  const ok = step("browser tests", [program, "test", "--reporter=list,json"], env);
  const { stats } = report(file) ?? {};
  if (!ok || stats?.flaky) showFailures();
  total.passed += stats?.expected ?? 0;
  const failed = stats?.unexpected ?? 0;
  total.failed += ok ? failed : Math.max(failed, 1);
  total.flaky += stats?.flaky ?? 0;
  total.notRun += stats?.skipped ?? 0;
}

/** Shows what the page held where a browser test failed: on a machine of a CI nobody can look afterwards. */
function showFailures() {
  const folder = path.join(root, "test-results");
  if (!existsSync(folder)) return;
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (path.basename(file) !== "error-context.md") continue;
    console.log(`\n— what the page held: ${path.dirname(file)}`);
    console.log(readFileSync(path.join(folder, file), "utf8").slice(0, 6000));
  }
}

check("style, lint and the floor rule", ["node_modules/@biomejs/biome/bin/biome", "check", "."]);
check("types", ["node_modules/typescript/bin/tsc", "--noEmit"]);
vitest();
build();
playwright();

const flaky = total.flaky > 0 ? `, ${total.flaky} passed only when run again` : "";
const notRun = total.notRun > 0 ? `, ${total.notRun} not run` : "";
console.log(`\n${total.passed} passed, ${total.failed} failed${flaky}${notRun}`);
process.exit(total.failed > 0 ? 1 : 0);
