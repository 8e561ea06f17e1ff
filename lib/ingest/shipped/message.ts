import { sessionEventTypes } from "@/lib/domain/facts";

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

/** What a shipped text is: an app's session event written as JSON, or a line of an access log. */
export function messageOfText(source: string, text: string): Message {
  const line = text.replace(/[\r\n]+$/, "");
  if (eventInText.test(line)) {
    const value = jsonObject(line.trim());
    if (value && isEvent(value)) return { kind: "event", value };
  }
  return { kind: "line", source, text: line };
}

/**
 * What a shipped document is: a session event; the line that it carries under one of the usual names; or, where the
 * log itself was JSON, the document.
 */
export function messageOfDocument(source: string, document: unknown, text: string): Message {
  if (!isRecord(document))
    return { kind: "unread", source, reason: "the document is no JSON object", text };
  if (isEvent(document)) return { kind: "event", value: document };
  const original = isRecord(document.event) ? document.event.original : document["event.original"];
  for (const inner of [original, ...lineNames.map((name) => document[name])])
    if (typeof inner === "string" && inner.trim() !== "") return messageOfText(source, inner);
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
