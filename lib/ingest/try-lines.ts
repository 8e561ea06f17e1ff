import type { EpochMs } from "@/lib/domain/facts";
import { detectFormat } from "@/lib/formats/registry";
import { toWire } from "@/lib/formats/wire";
import type { ParseOutput } from "@/lib/schemas/ingest";
import { parserOf } from "./line-parser";
import { parseLine, unreadable, unwrapped } from "./parse-line";
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
  const found = detectFormat(lines.slice(0, 50).map(seenThrough))?.format.name ?? null;
  const auto = asked.format === undefined || asked.format === null || asked.format === "auto";
  // A format string alone still says which family of formats it is meant for.
  const name = auto
    ? formatString
      ? (familyOf(formatString) ?? found ?? "haproxy-http")
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

/** A line without what a shipper put round it, where only so it is of a known format. */
function seenThrough(line: string): string {
  return detectFormat([line]) ? line : (unwrapped(line) ?? line);
}

/** The family whose format strings look like this. */
function familyOf(formatString: string): string | null {
  const text = formatString.trim();
  if (text.includes("(?<")) return "pattern";
  if (/^log_format\s|\$\{?[a-z]\w*/.test(text)) return "nginx-combined";
  if (/%[A-Z][A-Z0-9_]+(?:\([^)]*\))?(?::\d+)?%/.test(text)) return "envoy";
  if (/%\{[+-]|%\[|%(?:ci|ft|tr|ST|TR|tsc|Ta)\b|^option |^(?:error-)?log-format\s/.test(text))
    return "haproxy-http";
  if (/^(?:LogFormat|CustomLog)\s|%>?s|%\{[^}]+\}\^?[a-zA-Z]|%h /.test(text))
    return "apache-balancer";
  if (/^#?Fields:/i.test(text)) return text.includes("x-edge-") ? "cloudfront" : "iis-w3c";
  return text.startsWith("{") ? "json" : null;
}
