import { isRecord, type Message, messageOfText, sourceFrom } from "./message";
import { protoFields, utf8 } from "./protobuf";

/** Labels that may say what a stream is, the most telling first. */
const sourceLabels = ["source", "job", "service_name", "app", "application", "container"];

/** The messages of a `logproto.PushRequest`, out of its snappy. @throws ProtobufError */
export function lokiProtobuf(bytes: Uint8Array): Message[] {
  const messages: Message[] = [];
  for (const stream of protoFields(bytes)) {
    if (stream.field !== 1 || stream.kind !== "bytes") continue;
    let source = "loki";
    const lines: string[] = [];
    for (const part of protoFields(stream.value)) {
      if (part.kind !== "bytes") continue;
      if (part.field === 1) source = sourceOf(labelsIn(utf8(part.value)));
      if (part.field === 2)
        for (const inner of protoFields(part.value))
          if (inner.field === 2 && inner.kind === "bytes") lines.push(utf8(inner.value));
    }
    for (const line of lines) if (line.trim() !== "") messages.push(messageOfText(source, line));
  }
  return messages;
}

/** The messages of a push in JSON; null when it is none. */
export function lokiJson(push: unknown): Message[] | null {
  if (!isRecord(push) || !Array.isArray(push.streams)) return null;
  const messages: Message[] = [];
  for (const stream of push.streams) {
    if (!isRecord(stream) || !Array.isArray(stream.values)) return null;
    const source = sourceOf(isRecord(stream.stream) ? stream.stream : {});
    for (const value of stream.values) {
      const line: unknown = Array.isArray(value) ? value[1] : undefined;
      if (typeof line !== "string") return null;
      if (line.trim() !== "") messages.push(messageOfText(source, line));
    }
  }
  return messages;
}

function sourceOf(labels: Record<string, unknown>): string {
  const label = sourceLabels.find((name) => typeof labels[name] === "string");
  return sourceFrom(label === undefined ? undefined : labels[label], "loki");
}

/** `{job="edge", host="a\"b"}`, as Prometheus writes labels. */
function labelsIn(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [, name, value] of text.matchAll(/([A-Za-z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"/g))
    if (name !== undefined && value !== undefined)
      labels[name] = value.replace(/\\(.)/g, (_, sign: string) => (sign === "n" ? "\n" : sign));
  return labels;
}
