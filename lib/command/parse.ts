import { completenessOf } from "@/lib/domain/completeness";
import type { EpochMs, RequestLine } from "@/lib/domain/facts";
import type { LogField } from "@/lib/domain/pool-context";
import { redactText } from "@/lib/domain/secrets";
import { autoParser, detectFormat, findFormat } from "@/lib/formats/registry";
import { toWire } from "@/lib/formats/wire";
import { type Line, linesOf } from "@/lib/ingest/lines";
import { parseLine, unreadable } from "@/lib/ingest/parse-line";
import type { ParseOutput } from "@/lib/schemas/ingest";

export interface ParseAsked {
  format: string | null;
  formatString: string | null;
  timezone: string | null;
  /** Lines that are read at most. */
  most: number;
}

/** What Hopwatch would make of a file. */
export interface ParsedFile {
  /** The wire name; null when no format is recognised. */
  format: string | null;
  title: string | null;
  /** Of the first lines, the share that is surely of the format; null where the format was given. */
  sure: number | null;
  lines: number;
  requests: number;
  changes: number;
  rejected: number;
  /** For each field of a request: in how many of them it has a value. */
  fields: { name: string; filled: number }[];
  reasons: { reason: string; lines: number; firstAt: number; example: string }[];
  /** Session keys by the name of their cookie, without their values. */
  cookies: string[];
  proves: string[];
  missing: { field: string; causes: string[]; directive: string }[];
  first: NonNullable<ParseOutput["results"][number]["request"]> | null;
}

/** A format that was asked for but does not exist. */
export class NoSuchFormat extends Error {
  override name = "NoSuchFormat";
}

/**
 * Reads a log as the server would, here and without storing anything.
 * @throws NoSuchFormat, FormatStringError.
 */
export async function parseFile(
  chunks: AsyncIterable<Uint8Array>,
  asked: ParseAsked,
  now: EpochMs,
): Promise<ParsedFile> {
  let parse: ((line: string) => ReturnType<typeof parseLine>) | null = null;
  const fields = new Map<string, number>();
  const carried = new Set<LogField>();
  const cookies = new Set<string>();
  const reasons = new Map<string, { lines: number; firstAt: number; example: string }>();
  const found: ParsedFile = {
    format: null,
    title: null,
    sure: null,
    lines: 0,
    requests: 0,
    changes: 0,
    rejected: 0,
    fields: [],
    reasons: [],
    cookies: [],
    proves: [],
    missing: [],
    first: null,
  };
  const takeOne = (line: Line, reading: (text: string) => ReturnType<typeof parseLine>) => {
    found.lines += 1;
    const wrong = unreadable(line.text, line.tooLong ?? 0);
    const parsed =
      wrong === null ? reading(line.text) : { kind: "rejected" as const, reason: wrong };
    if (parsed.kind === "rejected") {
      found.rejected += 1;
      const reason = redactText(parsed.reason, 300);
      const known = reasons.get(reason);
      if (known) known.lines += 1;
      else if (reasons.size < 1000)
        reasons.set(reason, { lines: 1, firstAt: line.number, example: redactText(line.text) });
      return;
    }
    if (parsed.kind === "change") {
      found.changes += 1;
      if (parsed.change.startsWith("node-")) carried.add("nodeStates");
      return;
    }
    found.requests += 1;
    for (const name of filledFields(parsed)) fields.set(name, (fields.get(name) ?? 0) + 1);
    for (const name of carriedBy(parsed, found.format)) carried.add(name);
    for (const name of [...Object.keys(parsed.cookies), ...Object.keys(parsed.setCookies)])
      if (cookies.size < 50) cookies.add(name);
    found.first ??= toWire(parsed);
  };
  for await (const lines of linesOf(chunks)) {
    if (!parse) {
      const { format, title, sure, read } = readerFor(lines, asked, now);
      Object.assign(found, { format, title, sure });
      parse = read;
    }
    for (const line of lines) {
      if (found.lines >= asked.most) break;
      takeOne(line, parse);
    }
    if (found.lines >= asked.most) break;
  }
  const { proves, missing } = completenessOf({ format: found.format, fields: carried });
  return {
    ...found,
    fields: [...fields].map(([name, filled]) => ({ name, filled })),
    reasons: [...reasons]
      .map(([reason, known]) => ({ reason, ...known }))
      .sort((a, b) => b.lines - a.lines),
    cookies: [...cookies].sort(),
    proves,
    missing,
  };
}

function readerFor(lines: readonly Line[], asked: ParseAsked, now: EpochMs) {
  const detected = detectFormat(lines.map(({ text }) => text));
  const named = asked.format === null || asked.format === "auto" ? null : asked.format;
  const format = named === null ? (detected?.format ?? null) : findFormat(named);
  if (named !== null && !format)
    throw new NoSuchFormat(`"${named}" is none of the formats that are read`);
  const { formatString, timezone } = asked;
  // A format that was found is not forced on the lines: several may be mixed, as on the server.
  const parse =
    format && (named !== null || formatString !== null)
      ? format.compile({ formatString, timezone, receivedAt: now })
      : autoParser({ timezone, receivedAt: now });
  return {
    format: format?.name ?? null,
    title: format?.title ?? null,
    sure: named === null ? (detected?.share ?? null) : null,
    read: (text: string) => parseLine(parse, text),
  };
}

function filledFields(request: RequestLine): string[] {
  return Object.entries(toWire(request)).flatMap(([name, value]) =>
    isFilled(value) ? [name] : [],
  );
}

function isFilled(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === "object") return Object.values(value).some(isFilled);
  return true;
}

/** What of a line bears on a cause, before any rule of a source is applied. */
function carriedBy(request: RequestLine, format: string | null): LogField[] {
  // NGINX lists every attempt: a list of one shows that the log has them.
  const listed = format?.startsWith("nginx") ? 0 : 1;
  const has: [LogField, boolean][] = [
    ["sessionKey", Object.keys({ ...request.cookies, ...request.setCookies }).length > 0],
    ["correlation", request.correlationIds.length > 0],
    ["client", request.client.ip !== null],
    ["presented", request.persistence.presented !== null],
    ["inserted", request.persistence.inserted !== null],
    ["persistenceState", request.persistence.state !== null],
    ["termination", request.termination !== null],
    ["attempts", request.attempts.length > listed],
    ["retries", request.retries !== null],
    ["upgrade", request.upgrade !== null || request.status !== null],
    ["duration", request.durationMs !== null],
    ["fineTime", request.resolutionMs <= 1],
  ];
  return has.flatMap(([name, is]) => (is ? [name] : []));
}

/** The findings as a person reads them. */
export function parsedText(file: ParsedFile): string {
  const share = (part: number, whole: number) =>
    whole === 0 ? "0 %" : `${Math.round((part / whole) * 1000) / 10} %`;
  const out = [
    file.format === null
      ? "Format      not recognised"
      : `Format      ${file.title} (${file.format})${file.sure === null ? "" : `, ${share(file.sure, 1)} of the first lines are surely of it`}`,
    `Lines       ${file.lines}: ${file.requests} requests, ${file.changes} changes, ${file.rejected} rejected`,
  ];
  if (file.cookies.length > 0) out.push(`Cookies     ${file.cookies.join(", ")}`);
  if (file.fields.length > 0) {
    out.push("", "Fields, and the share of requests that have them");
    for (const { name, filled } of file.fields)
      out.push(`  ${name.padEnd(16)} ${share(filled, file.requests)}`);
  }
  if (file.requests > 0) {
    out.push("", `Can prove   ${file.proves.join(", ") || "no cause"}`);
    for (const { field, causes, directive } of file.missing)
      out.push(`  lacks ${field} (${causes.join(", ")}): ${directive}`);
  }
  if (file.reasons.length > 0) {
    out.push("", "Rejected, by reason");
    for (const { reason, lines, firstAt, example } of file.reasons.slice(0, 20))
      out.push(`  ${lines} × ${reason}`, `    line ${firstAt}: ${example.slice(0, 160)}`);
  }
  return `${out.join("\n")}\n`;
}
