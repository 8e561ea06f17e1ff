// `npm run up`: prepares what is missing and starts the server in this very process. `--dev` compiles pages as they are
// asked for; `--prepare` stops before the start; `--prepared` starts without looking at what was prepared (in an image).
import path from "node:path";
import { pathToFileURL } from "node:url";
import { dist, prepare, root } from "./prepare.mjs";

const begunAt = performance.now();
const dev = process.argv.includes("--dev");
process.chdir(root);
process.env.NEXT_TELEMETRY_DISABLED = "1";
if (!process.argv.includes("--prepared")) prepare({ dev: false, pages: !dev });

if (!process.argv.includes("--prepare")) {
  process.env.NODE_ENV = dev ? "development" : "production";
  if (dev) {
    const { register } = await import("tsx/esm/api");
    register();
  }
  const file = dev
    ? new URL("./main.ts", import.meta.url)
    : pathToFileURL(path.join(dist, "own", "main.mjs"));
  const { main } = await import(file.href);
  await main({ dev, begunAt });
}
