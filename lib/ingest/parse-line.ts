import type { ParsedLine } from "@/lib/domain/facts";
import type { LineParser } from "@/lib/formats/format";
import { parseJsonText } from "@/lib/formats/json-text";
import { longestLine } from "./lines";

const wrappers = ["message", "log", "line", "msg", "MESSAGE", "_raw", "event"];

/** `nginx-1  | `, which Docker Compose puts before each line that it shows. */
const composePrefix = /^[\w.-]{1,64} *\| (?=\S)/;

/** The log line that a shipper wrapped into a JSON object, or put a name before; null where there is none. */
export function unwrapped(text: string): string | null {
  if (!text.startsWith("{")) {
    const prefix = composePrefix.exec(text.slice(0, 100));
    return prefix ? text.slice(prefix[0].length) : null;
  }
  const value = parseJsonText(text);
  if (typeof value !== "object" || value === null) return null;
  const fields = new Map<string, unknown>(Object.entries(value));
  for (const name of wrappers) {
    const inner = fields.get(name);
    if (typeof inner === "string" && inner.length > 20) return inner.trimEnd();
  }
  return null;
}

/** A line as its format reads it; a line that a shipper wrapped into JSON is taken out first. */
export function parseLine(parse: LineParser, text: string): ParsedLine {
  const result = parse(text);
  if (result.kind !== "rejected") return result;
  const inner = unwrapped(text);
  if (inner === null) return result;
  const again = parse(inner);
  return again.kind === "rejected" ? result : again;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control bytes are what is looked for
const binary = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/;

/** Why a line is not read at all, whatever its format; null when it is. @param bytes its length. */
export function unreadable(text: string, bytes: number): string | null {
  if (bytes > longestLine)
    return `line of ${bytes} bytes: longer than the ${longestLine} that are read`;
  const control = binary.exec(text);
  if (!control) return null;
  const code = text.charCodeAt(control.index).toString(16).padStart(2, "0");
  return `binary: byte 0x${code} at column ${control.index + 1}`;
}
