import { sessionEventTypes } from "@/lib/domain/facts";
import { isRecognised } from "@/lib/formats/registry";

/** One thing that a shipper's delivery held, in its order. */
export type Message =
  /** A line of an access log. */
  | { kind: "line"; source: string; text: string }
  /** A session event, as `readSessionEvent` takes it. */
  | { kind: "event"; value: unknown }
  /** What cannot be either. */
  | { kind: "unread"; source: string; reason: string; text: string };

const words = [...sessionEventTypes, "session.start", "session.end"];
const eventWord = new RegExp(`(?:^|\\.)(?:${words.join("|").replaceAll(".", "\\.")})$`);
const eventInText = new RegExp(`"[\\w.]*(?:${words.join("|").replaceAll(".", "\\.")})"`);
const typeNames = ["type", "event.name", "eventName", "event_name", "event"];
const lineNames = ["message", "log", "line", "msg", "MESSAGE", "_raw"];
const lineInText = new RegExp(`"(?:${lineNames.join("|")})"\\s*:\\s*"`);
/** What container runtimes and shippers put beside a line; an object of nothing else is wrapping. */
const wrappings = new Set([
  ...lineNames,
  ...["stream", "logtag", "_p", "time", "date", "timestamp", "@timestamp", "attrs", "partial_last"],
  ...["tag", "host", "hostname", "file", "path", "filename", "source_type", "kubernetes", "docker"],
]);

/** Is this the name of a session event, the contract's or OpenTelemetry's? */
export function isEventName(name: unknown): boolean {
  return typeof name === "string" && eventWord.test(name);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isEvent(value: Record<string, unknown>): boolean {
  const inner = isRecord(value.attributes) ? value.attributes : {};
  return typeNames.some((name) => isEventName(value[name]) || isEventName(inner[name]));
}

/** The JSON object that a text is; null where it is none. */
function jsonObject(text: string): Record<string, unknown> | null {
  if (!text.startsWith("{")) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * What a shipped text is: an app's session event written as JSON, or a line of an access log, which may still stand in
 * the JSON of the container runtime or shipper that read it (`{"log":"…","stream":"stdout"}`).
 */
export function messageOfText(source: string, text: string): Message {
  const line = text.replace(/[\r\n]+$/, "");
  if (eventInText.test(line)) {
    const value = jsonObject(line.trim());
    if (value && isEvent(value)) return { kind: "event", value };
  }
  if (line.startsWith("{") && lineInText.test(line)) {
    const value = jsonObject(line.trim());
    const inner = value && lineIn(value);
    if (value && inner !== null && !isRecognised(line)) {
      const wraps = Object.keys(value).every((name) => wrappings.has(name));
      if (wraps || isRecognised(inner)) return messageOfText(source, inner);
    }
  }
  return { kind: "line", source, text: line };
}

/** The line that a shipper's object carries; null where it has none. */
function lineIn(value: Record<string, unknown>): string | null {
  const original = isRecord(value.event) ? value.event.original : value["event.original"];
  for (const inner of [original, ...lineNames.map((name) => value[name])])
    if (typeof inner === "string" && inner.trim() !== "") return inner;
  return null;
}

/**
 * What a shipped document is: a session event; the line that it carries under one of the usual names; or, where the
 * log itself was JSON, the document.
 */
export function messageOfDocument(source: string, document: unknown, text: string): Message {
  if (!isRecord(document))
    return { kind: "unread", source, reason: "the document is no JSON object", text };
  if (isEvent(document)) return { kind: "event", value: document };
  const inner = lineIn(document);
  // Some balancers' own JSON has a member of such a name: Caddy's `msg` is no line.
  if (inner !== null && (isRecognised(inner) || !isRecognised(text)))
    return messageOfText(source, inner);
  return { kind: "line", source, text };
}

/** A source's name from what a shipper calls it: what a name may not hold becomes a dash. */
export function sourceFrom(given: unknown, otherwise: string): string {
  if (typeof given !== "string") return otherwise;
  const name = given
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, 100);
  return name === "" ? otherwise : name;
}
