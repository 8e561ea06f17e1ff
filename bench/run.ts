import { spawnSync } from "node:child_process";

/*
 * npm run bench                 all benchmarks
 * npm run bench ingest 200000   one of them, with its arguments
 * npm run bench days 3          days with planted incidents, played into a fresh database each
 * npm run bench worlds 2        worlds with planted incidents, sent to a server over HTTP
 * npm run bench volume          the calls of pages over HTTP, and ingest, where much is stored already
 * npm run bench ship            ten runs of 200,000 lines through rotations, crashes and restarts
 */
const all = ["parse", "ingest", "queries", "alerts"];
/** Only when asked for by name: they take many minutes. */
const long = ["memory", "ship", "pages", "days", "worlds", "volume"];
const [only, ...args] = process.argv.slice(2);
if (only !== undefined && ![...all, ...long].includes(only)) {
  console.error(`"${only}" is none of ${[...all, ...long].join(", ")}`);
  process.exit(1);
}
let failed = false;
for (const name of only === undefined ? all : [only]) {
  const file = `bench/${name}.ts`;
  console.log(`\n— ${name}`);
  const { status } = spawnSync(process.execPath, ["--import", "tsx", file, ...args], {
    stdio: "inherit",
  });
  failed ||= status !== 0;
}
process.exit(failed ? 1 : 0);
