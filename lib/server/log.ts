import pino from "pino";

export type Log = pino.Logger;

/** Names under which a credential could reach a log record; their values are replaced. */
const secretPaths = [
  "authorization",
  "cookie",
  "password",
  "token",
  "secret",
  "ingestKey",
  "sessionId",
];

/**
 * The server's log: one JSON object per line on standard output, or short readable lines at a terminal. Values under
 * names that hold credentials are removed, and request records carry no query string.
 */
export function createLog(level: string, readable: boolean): Log {
  const options: pino.LoggerOptions = {
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: secretPaths.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
      censor: "[removed]",
    },
    serializers: { err: pino.stdSerializers.err },
  };
  return readable ? pino(options, { write: writeReadable }) : pino(options);
}

function writeReadable(line: string): void {
  const record: Record<string, unknown> = JSON.parse(line);
  const { level, time, msg, err, ...rest } = record;
  const clock = String(time).slice(11, 19);
  const mark = typeof level === "number" && level >= 40 ? pino.levels.labels[level] : undefined;
  const fields = Object.entries(rest).map(
    ([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  const stack = err && typeof err === "object" && "stack" in err ? `\n${String(err.stack)}` : "";
  process.stdout.write(`${[clock, mark, msg, ...fields].filter(Boolean).join(" ")}${stack}\n`);
}
