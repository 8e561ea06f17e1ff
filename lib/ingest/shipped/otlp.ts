import {
  isEventName,
  isRecord,
  type Message,
  messageOfDocument,
  messageOfText,
  sourceFrom,
} from "./message";
import { asDouble, protoFields, utf8 } from "./protobuf";

type Attributes = Record<string, unknown>;

/** A log record with what its resource says. */
interface LogRecord {
  resource: Attributes;
  timeUnixNano: string;
  observedTimeUnixNano: string;
  eventName: string;
  traceId: string;
  attributes: Attributes;
  body: unknown;
}

/** Where an app's node stands in OpenTelemetry's resource attributes, the most telling first. */
const nodeNames = ["k8s.pod.name", "host.name", "service.instance.id"];

/** The messages of an `ExportLogsServiceRequest` in protobuf (opentelemetry-proto, logs/v1). @throws ProtobufError */
export function otlpProtobuf(bytes: Uint8Array): Message[] {
  const messages: Message[] = [];
  for (const { field, kind, value } of protoFields(bytes)) {
    if (field !== 1 || kind !== "bytes") continue;
    let resource: Attributes = {};
    const records: Uint8Array[] = [];
    for (const part of protoFields(value)) {
      if (part.kind !== "bytes") continue;
      if (part.field === 1) resource = attributesIn(part.value, 1);
      if (part.field === 2)
        for (const inner of protoFields(part.value))
          if (inner.field === 2 && inner.kind === "bytes") records.push(inner.value);
    }
    for (const record of records) messages.push(messageOf(recordIn(record, resource)));
  }
  return messages;
}

function recordIn(bytes: Uint8Array, resource: Attributes): LogRecord {
  const record: LogRecord = {
    resource,
    timeUnixNano: "0",
    observedTimeUnixNano: "0",
    eventName: "",
    traceId: "",
    attributes: {},
    body: undefined,
  };
  for (const part of protoFields(bytes)) {
    if (part.kind !== "bytes") {
      if (part.field === 1) record.timeUnixNano = String(part.value);
      if (part.field === 11) record.observedTimeUnixNano = String(part.value);
      continue;
    }
    if (part.field === 5) record.body = valueIn(part.value);
    if (part.field === 6) addAttribute(record.attributes, part.value);
    if (part.field === 9) record.traceId = Buffer.from(part.value).toString("hex");
    if (part.field === 12) record.eventName = utf8(part.value);
  }
  return record;
}

/** The key-value pairs that stand in a message under a field's number. */
function attributesIn(bytes: Uint8Array, field: number): Attributes {
  const attributes: Attributes = {};
  for (const part of protoFields(bytes))
    if (part.field === field && part.kind === "bytes") addAttribute(attributes, part.value);
  return attributes;
}

function addAttribute(attributes: Attributes, bytes: Uint8Array): void {
  let key = "";
  let value: unknown = null;
  for (const part of protoFields(bytes)) {
    if (part.kind !== "bytes") continue;
    if (part.field === 1) key = utf8(part.value);
    if (part.field === 2) value = valueIn(part.value);
  }
  if (key !== "") attributes[key] = value;
}

/** An `AnyValue` (common/v1). */
function valueIn(bytes: Uint8Array): unknown {
  for (const { field, kind, value } of protoFields(bytes)) {
    if (kind === "double") return asDouble(value);
    if (kind === "number") return field === 2 ? value !== 0n : Number(BigInt.asIntN(64, value));
    if (field === 1) return utf8(value);
    if (field === 6) return attributesIn(value, 1);
    if (field === 7) return Buffer.from(value).toString("utf8");
    if (field === 5)
      return [...protoFields(value)].flatMap((part) =>
        part.field === 1 && part.kind === "bytes" ? [valueIn(part.value)] : [],
      );
  }
  return undefined;
}

/** The messages of an `ExportLogsServiceRequest` in JSON; null when it is none. */
export function otlpJson(request: unknown): Message[] | null {
  if (!isRecord(request)) return null;
  const groups = listed(request.resourceLogs ?? request.resource_logs ?? []);
  if (groups === null) return null;
  return groups.flatMap((group) => {
    const resource = isRecord(group.resource) ? jsonAttributes(group.resource.attributes) : {};
    return (listed(group.scopeLogs ?? group.scope_logs ?? []) ?? []).flatMap((scope) =>
      (listed(scope.logRecords ?? scope.log_records ?? []) ?? []).map((record) =>
        messageOf({
          resource,
          timeUnixNano: String(record.timeUnixNano ?? record.time_unix_nano ?? "0"),
          observedTimeUnixNano: String(
            record.observedTimeUnixNano ?? record.observed_time_unix_nano ?? "0",
          ),
          eventName: String(record.eventName ?? record.event_name ?? ""),
          traceId: String(record.traceId ?? record.trace_id ?? ""),
          attributes: jsonAttributes(record.attributes),
          body: jsonValue(record.body),
        }),
      ),
    );
  });
}

function listed(value: unknown): Record<string, unknown>[] | null {
  return Array.isArray(value) ? value.filter(isRecord) : null;
}

function jsonAttributes(value: unknown): Attributes {
  const attributes: Attributes = {};
  for (const pair of listed(value) ?? [])
    if (typeof pair.key === "string") attributes[pair.key] = jsonValue(pair.value);
  return attributes;
}

function jsonValue(value: unknown): unknown {
  if (!isRecord(value)) return undefined;
  if (value.stringValue !== undefined) return value.stringValue;
  if (value.boolValue !== undefined) return value.boolValue;
  // 64-bit numbers come as text in protobuf's JSON.
  if (value.intValue !== undefined) return Number(value.intValue);
  if (value.doubleValue !== undefined) return Number(value.doubleValue);
  if (isRecord(value.kvlistValue)) return jsonAttributes(value.kvlistValue.values);
  if (isRecord(value.arrayValue)) return (listed(value.arrayValue.values) ?? []).map(jsonValue);
  return undefined;
}

/** A session event by its name; else the body as a line of the log that the service is called by. */
function messageOf(record: LogRecord): Message {
  const { attributes, body, resource } = record;
  const name = record.eventName || attributes["event.name"];
  const source = sourceFrom(attributes["hopwatch.source"] ?? resource["service.name"], "otlp");
  if (isEventName(name)) return { kind: "event", value: eventOf(record, String(name)) };
  if (typeof body === "string" && body.trim() !== "") return messageOfText(source, body);
  // A collector that parsed a JSON log hands on its fields.
  if (isRecord(body)) return messageOfDocument(source, body, JSON.stringify(body));
  return {
    kind: "unread",
    source,
    reason: "the record is no session event and has no body to read as a line",
    text: typeof name === "string" ? name : "",
  };
}

/** As `readSessionEvent` takes it: what the record says goes before what its resource says. */
function eventOf(record: LogRecord, name: string): Record<string, unknown> {
  const { attributes, body, resource, traceId } = record;
  const told: Attributes = { ...(isRecord(body) ? body : {}), ...attributes };
  delete told["event.name"];
  const time =
    record.timeUnixNano === "0" || record.timeUnixNano === ""
      ? record.observedTimeUnixNano
      : record.timeUnixNano;
  const node = nodeNames.map((key) => resource[key]).find((value) => typeof value === "string");
  const event: Record<string, unknown> = { time, type: name, attributes: told };
  // What an app says itself goes before what its resource and its trace say.
  const says = (...names: string[]) => names.some((key) => told[key] !== undefined);
  if (
    !says("correlationId", "correlation_id", "traceparent", "request_id", "requestId") &&
    /[1-9a-f]/i.test(traceId)
  )
    event.correlationId = traceId;
  if (!says("node", "node_name", "host.name", "k8s.pod.name", "service.instance.id") && node)
    event.node = node;
  if (!says("pool", "service.name") && resource["service.name"])
    event.pool = resource["service.name"];
  return event;
}
