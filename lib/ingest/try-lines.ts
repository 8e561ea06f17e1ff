import type { EpochMs } from "@/lib/domain/facts";
import { detectFormat } from "@/lib/formats/registry";
import { toWire } from "@/lib/formats/wire";
import type { ParseOutput } from "@/lib/schemas/ingest";
import { parserOf } from "./ingestion";
import { parseLine, unreadable } from "./parse-line";
import { recordsIn } from "./record-list";

/**
 * What a format makes of some lines, stored nowhere.
 * @throws Problem 422 when the format or its string is not understood.
 */
export function tryLines(
  asked: {
    format?: string | null;
    formatString?: string | null;
    timezone?: string | null;
    lines: string[];
  },
  receivedAt: EpochMs,
): ParseOutput {
  const { lines, formatString = null, timezone = null } = asked;
  const found = detectFormat(lines)?.format.name ?? null;
  const auto = asked.format === undefined || asked.format === null || asked.format === "auto";
  // A format string alone still says which family of formats it is meant for.
  const name = auto
    ? formatString
      ? (found ?? familyOf(formatString))
      : "auto"
    : (asked.format ?? "auto");
  const parse = parserOf({ format: name, formatString, timezone }, receivedAt);
  return {
    format: name === "auto" ? found : name,
    results: lines.map((line) => {
      const text = line.replace(/\r?\n$/, "");
      const wrong = unreadable(text, Buffer.byteLength(text));
      if (wrong !== null) return { ok: false, error: wrong };
      let parsed = parseLine(parse, text);
      // Of a list of records in one line the first shows how they are read.
      const [record] = parsed.kind === "rejected" ? (recordsIn(text) ?? []) : [];
      if (record !== undefined) parsed = parseLine(parse, record);
      if (parsed.kind === "rejected") return { ok: false, error: parsed.reason };
      return parsed.kind === "change"
        ? { ok: true, change: toWire(parsed) }
        : { ok: true, request: toWire(parsed) };
    }),
  };
}

/** The family whose format strings look like this. */
function familyOf(formatString: string): string {
  if (formatString.includes("(?<")) return "pattern";
  if (/(?:^|[^\\])\$\w/.test(formatString)) return "nginx-combined";
  if (/%(?:START_TIME|REQ|RESP|PROTOCOL|UPSTREAM_HOST)\b/.test(formatString)) return "envoy";
  if (/%>s|%\{[^}]+\}[iCoe]|^%h /.test(formatString)) return "apache-balancer";
  if (/^#Fields:/i.test(formatString)) return "iis-w3c";
  return "haproxy-http";
}
