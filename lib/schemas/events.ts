import { z } from "zod";
import { type SessionEvent, sessionEventTypes } from "@/lib/domain/facts";

/**
 * A session event as apps write it: the contract's camelCase, its snake_case
 * twin, OpenTelemetry's attribute names (`session.id`, `event.name:
 * session.start`), bare or as the `data` of a CloudEvent
 * (https://github.com/cloudevents/spec, structured mode).
 */
export const sessionEventInputSchema = z.object({
  time: z
    .union([z.string(), z.number()])
    .describe("RFC 3339, or epoch in s, ms, µs or ns as a number"),
  type: z.enum(sessionEventTypes),
  sessionId: z.string().min(1).max(8192),
  correlationId: z.string().max(1000).nullish(),
  node: z.string().max(300).nullish(),
  pool: z.string().min(1).max(200).nullish(),
  store: z.string().max(200).nullish(),
  hit: z.boolean().nullish(),
  latencyMs: z.number().nullish(),
  previousSessionId: z.string().max(8192).nullish(),
  attributes: z.record(z.string(), z.unknown()).nullish(),
});
export type SessionEventInput = z.infer<typeof sessionEventInputSchema>;

const names: Record<string, keyof SessionEventInput> = {
  time: "time",
  timestamp: "time",
  at: "time",
  "@timestamp": "time",
  ts: "time",
  timeUnixNano: "time",
  time_unix_nano: "time",
  type: "type",
  eventName: "type",
  event_name: "type",
  "event.name": "type",
  event: "type",
  sessionId: "sessionId",
  session_id: "sessionId",
  sessionID: "sessionId",
  "session.id": "sessionId",
  correlationId: "correlationId",
  correlation_id: "correlationId",
  correlationID: "correlationId",
  traceparent: "correlationId",
  traceId: "correlationId",
  trace_id: "correlationId",
  "trace.id": "correlationId",
  requestId: "correlationId",
  request_id: "correlationId",
  node: "node",
  node_name: "node",
  host: "node",
  hostname: "node",
  "host.name": "node",
  "k8s.pod.name": "node",
  pool: "pool",
  "service.name": "pool",
  store: "store",
  hit: "hit",
  latencyMs: "latencyMs",
  latency_ms: "latencyMs",
  previousSessionId: "previousSessionId",
  previous_session_id: "previousSessionId",
  "session.previous_id": "previousSessionId",
  attributes: "attributes",
};

const types: Record<string, (typeof sessionEventTypes)[number]> = {
  "session.start": "session.created",
  "session.end": "session.destroyed",
};
for (const type of sessionEventTypes) {
  types[type] = type;
  types[type.slice("session.".length)] = type;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Epoch ms of RFC 3339 text or an epoch number in any of the usual units; null when it is neither. */
export function eventTime(value: string | number): number | null {
  if (typeof value === "string" && /^\d{10,19}(\.\d+)?$/.test(value.trim()))
    return eventTime(Number(value));
  if (typeof value === "number") {
    if (!Number.isFinite(value) || value <= 0) return null;
    if (value < 1e11) return value * 1000;
    if (value < 1e14) return value;
    if (value < 1e17) return value / 1000;
    return value / 1e6;
  }
  const text = value.trim();
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?$/i.exec(text);
  if (!match) return null;
  const [, day, clock, fraction, zone] = match;
  const whole = Date.parse(
    `${day}T${clock}${zone ? zone.toUpperCase().replace(/^([+-]\d\d)(\d\d)$/, "$1:$2") : "Z"}`,
  );
  if (Number.isNaN(whole)) return null;
  // Microseconds are as fine as Postgres keeps them.
  return whole + (fraction ? Math.floor(Number(`0${fraction}`) * 1e6 + 0.5) / 1000 : 0);
}

/**
 * The event in a parsed JSON value, or the reason why there is none.
 * The reason names the field and never repeats a session ID.
 */
export function readSessionEvent(value: unknown): SessionEvent | string {
  if (!isObject(value)) return "an event must be a JSON object";
  let fields: Record<string, unknown> = value;
  if (typeof value.specversion === "string") {
    if (!isObject(value.data)) return "data: a CloudEvent must carry the event as a JSON object";
    fields = { time: value.time, type: value.type, ...value.data };
  }
  const known: Record<string, unknown> = {};
  const rest: Record<string, unknown> = {};
  let instance: unknown;
  const sources = isObject(fields.attributes) ? [fields, fields.attributes] : [fields];
  sources.forEach((source, depth) => {
    for (const [name, given] of Object.entries(source)) {
      const field = names[name];
      if (field === "attributes" && depth === 0) continue;
      if (name === "service.instance.id") {
        instance ??= given;
        continue;
      }
      if (field === undefined || (depth > 0 && known[field] !== undefined)) {
        if (depth > 0) rest[name] = given;
      } else if (
        given !== null &&
        given !== undefined &&
        given !== "" &&
        known[field] === undefined
      )
        known[field] = given;
    }
  });
  // An instance's id is often made up at its start: a host's or a pod's name says more, wherever it stands.
  if (known.node === undefined && instance !== null && instance !== "") known.node = instance;
  else if (instance !== undefined) rest["service.instance.id"] = instance;
  if (typeof known.type === "string") {
    const word = known.type.replace(/^.*\b(session\.\w+)$/, "$1");
    known.type = types[known.type] ?? types[word] ?? known.type;
  }
  if (typeof known.latencyMs === "string") known.latencyMs = Number(known.latencyMs);
  if (typeof known.sessionId === "number") known.sessionId = String(known.sessionId);
  if (typeof known.correlationId === "number") known.correlationId = String(known.correlationId);
  const parsed = sessionEventInputSchema.safeParse(known);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue?.path.join(".") ?? "";
    if (where === "" || !(where in known)) return `${where || "the event"} is missing`;
    if (where === "type") return `type: expected one of ${sessionEventTypes.join(", ")}`;
    return `${where} cannot be read, ${issue?.message ?? "not understood"}`;
  }
  const event = parsed.data;
  const at = eventTime(event.time);
  if (at === null || at > 32_503_680_000_000) return "time: expected RFC 3339 or an epoch number";
  return {
    kind: "event",
    at,
    type: event.type,
    sessionId: event.sessionId,
    correlationId: event.correlationId ?? null,
    node: event.node ?? null,
    pool: event.pool ?? null,
    store: event.store ?? null,
    hit: event.hit ?? null,
    latencyMs: event.latencyMs ?? null,
    previousSessionId: event.previousSessionId ?? null,
    attributes: Object.keys(rest).length > 0 ? rest : null,
  };
}
