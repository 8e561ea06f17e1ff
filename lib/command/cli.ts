import { createReadStream, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { Command, InvalidArgumentError } from "commander";
import { z } from "zod";
import { FormatStringError } from "@/lib/formats/format";
import { formats } from "@/lib/formats/registry";
import { sourceNameSchema } from "@/lib/schemas/ingest";
import { realClock } from "./clock";
import { faultText, isFileFault } from "./faults";
import { Ended, House, Refused } from "./house";
import { importFiles } from "./import";
import { logFiles } from "./log-files";
import { lookup, sessionsText } from "./lookup";
import { PackedError, plainBytes } from "./packed";
import { NoSuchFormat, parsedText, parseFile } from "./parse";
import { progressLine, sizeText } from "./progress";
import { CannotShip, ship } from "./ship";

const { version: packageVersion } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")));
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => {
    stop.abort();
    // A second one ends it at once; the checkpoint allows that at any moment.
    process.once(signal, () => process.exit(130));
  });

const say = (message: string) => console.error(`${new Date().toISOString()} ${message}`);

interface Where {
  url?: string;
  key?: string;
}

function houseOf({ url, key }: Where): House {
  return new House({
    url: urlOf(url),
    key: keyOf(key),
    clock: realClock,
    random: Math.random,
    say,
    until: stop.signal,
  });
}

function urlOf(given: string | undefined): string {
  const { HOPWATCH_URL, PORT } = process.env;
  const url = given ?? HOPWATCH_URL ?? `http://127.0.0.1:${PORT ?? 3000}`;
  if (!URL.canParse(url)) throw new CannotShip(`"${url}" is no address`);
  return url.replace(/\/+$/, "");
}

/** As given, from the environment, else what the server on this machine keeps in its data folder. */
function keyOf(given: string | undefined): string | null {
  const { HOPWATCH_INGEST_KEY, HOPWATCH_DATA_DIR } = process.env;
  const key = given ?? HOPWATCH_INGEST_KEY;
  if (key) return key;
  try {
    return readFileSync(join(HOPWATCH_DATA_DIR ?? ".data", "ingest-key"), "utf8").trim();
  } catch {
    return null;
  }
}

function stateDirOf(given: string | undefined): string {
  const { HOPWATCH_STATE_DIR, XDG_STATE_HOME } = process.env;
  return resolve(
    given ??
      HOPWATCH_STATE_DIR ??
      join(XDG_STATE_HOME ?? join(homedir(), ".local", "state"), "hopwatch"),
  );
}

function sourceName(value: string): string {
  const parsed = sourceNameSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError("letters, digits, dot, dash and underscore; at most 100");
}

function positive(value: string): number {
  const number = Number(value);
  if (Number.isFinite(number) && number > 0) return number;
  throw new InvalidArgumentError("a number above zero");
}

const program = new Command("hopwatch")
  .description("Ships load balancers' access logs to Hopwatch, and asks it about sessions.")
  .version(packageVersion)
  .addHelpText(
    "after",
    `
Environment:
  HOPWATCH_URL          where Hopwatch runs; http://127.0.0.1:3000 when unset
  HOPWATCH_INGEST_KEY   the key; when unset, that of the server in this folder
  HOPWATCH_STATE_DIR    where ship keeps what it sent; ~/.local/state/hopwatch when unset

Ends with 0 when all went well, 1 when something was refused, unreadable or not found, 130 when stopped.

  hopwatch parse /var/log/nginx/access.log
  hopwatch import /var/log/haproxy/ --source edge-1
  hopwatch ship /var/log/haproxy.log --source edge-1`,
  );
const place = (command: Command) =>
  command
    .option("--url <url>", "where Hopwatch runs (HOPWATCH_URL)")
    .option(
      "--key <key>",
      "the ingest key; better in HOPWATCH_INGEST_KEY, where no process list shows it",
    );

place(program.command("ship"))
  .description("Follow log files, through rotation, restarts and crashes: every line once")
  .argument("<files...>", "files, or - for standard input")
  .requiredOption("--source <name>", "the source's name", sourceName)
  .option("--state-dir <folder>", "where checkpoints are kept (HOPWATCH_STATE_DIR)")
  .option("--once", "send what is there, then end")
  .option("--interval <seconds>", "how often files are looked at", positive, 0.5)
  .option("--grace <seconds>", "how long a rotated file is watched for late lines", positive, 60)
  .option("--spool-mib <MiB>", "how much of standard input may wait on disk", positive, 1024)
  .action(
    async (
      files: string[],
      options: Where & {
        source: string;
        stateDir?: string;
        once?: boolean;
        interval: number;
        grace: number;
        spoolMib: number;
      },
    ) => {
      const shipped = await ship({
        files,
        source: options.source,
        stateDir: stateDirOf(options.stateDir),
        once: options.once ?? false,
        intervalMs: options.interval * 1000,
        graceMs: options.grace * 1000,
        spoolBytes: options.spoolMib * 1024 * 1024,
        house: houseOf(options),
        input: process.stdin,
        clock: realClock,
        calledAt: performance.timeOrigin,
        say,
        until: stop.signal,
      });
      say(
        `${shipped.accepted} lines accepted, ${shipped.duplicates} known already, ${shipped.rejected} rejected`,
      );
    },
  );

place(program.command("import"))
  .description("Send whole files or folders of old logs, also packed ones; again changes nothing")
  .argument("<paths...>", "files and folders")
  .requiredOption("--source <name>", "the source's name", sourceName)
  .action(async (paths: string[], options: Where & { source: string }) => {
    const files = await logFiles(paths);
    if (files.length === 0) throw new CannotShip(`There is no file in ${paths.join(", ")}`);
    const whole = files.reduce((sum, { size }) => sum + size, 0);
    const began = realClock.now();
    const screen = process.stderr.isTTY;
    const total = await importFiles(houseOf(options), options.source, files, (progress) => {
      if (!screen) return;
      const share = whole === 0 ? 1 : progress.read / whole;
      const line = progressLine(share, progress.lines, progress.path, process.stderr.columns);
      process.stderr.write(`\r\u001b[2K${line}`);
    });
    if (screen) process.stderr.write("\r\u001b[2K");
    const seconds = (realClock.now() - began) / 1000;
    console.log(
      `${total.files} files, ${sizeText(total.bytes)} in ${seconds.toFixed(1)} s\n` +
        `${total.accepted} lines accepted, ${total.duplicates} known already, ${total.rejected} rejected`,
    );
    for (const { reason, lines, example } of total.reasons.slice(0, 10))
      console.log(`  ${lines} × ${reason}\n    ${example.slice(0, 160)}`);
    for (const { path, reason } of total.unread) console.log(`  ${path} was not read: ${reason}`);
    if (total.unread.length > 0) process.exitCode = 1;
  });

program
  .command("parse")
  .description("Show what Hopwatch would make of a file; nothing is sent")
  .argument("<file>", "a log file, also packed with gzip or zstd, or - for standard input")
  .option("--format <name>", "the format; found by itself when absent")
  .option("--format-string <string>", "the balancer's own format string")
  .option("--timezone <zone>", "for times without one, such as Europe/Berlin")
  .option("--lines <count>", "lines to read at most", positive, 100_000)
  .option("--json", "as JSON")
  .addHelpText("after", `\nFormats: ${formats.map(({ name }) => name).join(", ")}`)
  .action(
    async (
      file: string,
      options: {
        format?: string;
        formatString?: string;
        timezone?: string;
        lines: number;
        json?: boolean;
      },
    ) => {
      const found = await parseFile(
        plainBytes(file === "-" ? process.stdin : createReadStream(file)),
        {
          format: options.format ?? null,
          formatString: options.formatString ?? null,
          timezone: options.timezone ?? null,
          most: options.lines,
        },
        realClock.now(),
      );
      process.stdout.write(
        options.json ? `${JSON.stringify(found, null, 2)}\n` : parsedText(found),
      );
      if (found.requests + found.changes === 0) process.exitCode = 1;
    },
  );

place(program.command("lookup"))
  .description("Find the sessions of a session ID, correlation ID or client address")
  .argument(
    "[value]",
    "the value; read from standard input when absent, so that no history keeps it",
  )
  .option("--json", "as JSON")
  .action(async (given: string | undefined, options: Where & { json?: boolean }) => {
    if (given === undefined && process.stdin.isTTY)
      process.stderr.write("The value, then Enter and Ctrl-D: ");
    const value = (given ?? (await text(process.stdin))).trim();
    if (value === "") throw new CannotShip("There is no value to look up");
    const sessions = await lookup(houseOf(options), value);
    process.stdout.write(
      options.json
        ? `${JSON.stringify(sessions, null, 2)}\n`
        : sessionsText(sessions, urlOf(options.url)),
    );
    if (sessions.length === 0) process.exitCode = 1;
  });

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof Ended) process.exitCode = 130;
  else if (isExpected(error)) {
    console.error(`hopwatch: ${messageOf(error)}`);
    process.exitCode = 1;
  } else throw error;
}
// Standard input that is still open must not keep an ended command alive.
process.stdin.destroy();

function isExpected(error: unknown): error is Error {
  return (
    error instanceof Refused ||
    error instanceof CannotShip ||
    error instanceof NoSuchFormat ||
    error instanceof FormatStringError ||
    error instanceof PackedError ||
    isFileFault(error)
  );
}

function messageOf(error: Error): string {
  if (!isFileFault(error)) return error.message;
  return error.path === undefined ? faultText(error) : `${error.path}: ${faultText(error)}`;
}
