import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";

/*
 * npm run demo            plays the demo's shop at a running Hopwatch
 * npm run demo -- remove  takes it away again
 */
const command = new Command("demo")
  .argument("[action]", "play or remove", "play")
  .option("--url <url>", "where Hopwatch runs (HOPWATCH_URL)", defaultUrl())
  .parse();
const [action = "play"] = command.args;
if (action !== "play" && action !== "remove") command.error(`"${action}" is not play or remove`);
const url = command.opts<{ url: string }>().url.replace(/\/$/, "");

const key = ingestKey();
let response: Response;
try {
  response = await fetch(`${url}/api/v1/demo`, {
    method: action === "play" ? "POST" : "DELETE",
    headers: key ? { authorization: `Bearer ${key}` } : {},
  });
} catch {
  console.error(`Nothing answers at ${url}. Start Hopwatch first: npm run up`);
  process.exit(1);
}
if (!response.ok) {
  console.error(`${url} answered ${response.status}: ${await response.text()}`);
  process.exit(1);
}
console.log(
  action === "play"
    ? `The demo plays: three hours of a shop at once, then twelve minutes live. Look at ${url}`
    : "The demo's data are gone.",
);

function defaultUrl(): string {
  const { HOPWATCH_URL, PORT } = process.env;
  return HOPWATCH_URL ?? `http://127.0.0.1:${PORT ?? 3000}`;
}

/** From the environment, else what the server on this machine keeps in its data folder. */
function ingestKey(): string | null {
  const { HOPWATCH_INGEST_KEY, HOPWATCH_DATA_DIR } = process.env;
  if (HOPWATCH_INGEST_KEY) return HOPWATCH_INGEST_KEY;
  try {
    return readFileSync(join(HOPWATCH_DATA_DIR ?? ".data", "ingest-key"), "utf8").trim();
  } catch {
    return null;
  }
}
