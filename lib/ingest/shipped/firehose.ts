import { gunzipSync } from "node:zlib";
import { isRecord, type Message, messageOfText } from "./message";

/** What Firehose delivered to an HTTP endpoint. */
export interface FirehoseDelivery {
  requestId: string;
  messages: Message[];
}

/**
 * The messages of a delivery (https://docs.aws.amazon.com/firehose/latest/dev/httpdeliveryrequestresponse.html). A
 * record holds lines, or gzipped the log events that CloudWatch Logs hands on. Null when it is no delivery.
 * @param limit bytes that one record may have when it is plain.
 */
export function firehoseDelivery(
  body: unknown,
  source: string,
  limit: number,
): FirehoseDelivery | null {
  if (!isRecord(body) || typeof body.requestId !== "string" || !Array.isArray(body.records))
    return null;
  const messages: Message[] = [];
  for (const record of body.records) {
    if (!isRecord(record) || typeof record.data !== "string") return null;
    for (const line of linesIn(Buffer.from(record.data, "base64"), limit))
      messages.push(
        typeof line === "string"
          ? messageOfText(source, line)
          : { kind: "unread", source, ...line },
      );
  }
  return { requestId: body.requestId, messages };
}

function linesIn(data: Buffer, limit: number): (string | { reason: string; text: string })[] {
  let plain = data;
  if (data[0] === 0x1f && data[1] === 0x8b) {
    try {
      plain = gunzipSync(data, { maxOutputLength: limit });
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return [{ reason: `a gzipped record that cannot be read: ${error.message}`, text: "" }];
    }
  }
  const text = plain.toString("utf8");
  const inner = text.includes('"logEvents"') ? logEvents(text) : null;
  return (inner ?? text.split("\n")).filter((line) => line.trim() !== "");
}

/** The messages that CloudWatch Logs hands to a subscription, its own check-ups left out; null where it is none. */
function logEvents(text: string): string[] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  if (!isRecord(value) || !Array.isArray(value.logEvents)) return null;
  if (value.messageType === "CONTROL_MESSAGE") return [];
  return value.logEvents.flatMap((event: unknown) =>
    isRecord(event) && typeof event.message === "string" ? [event.message] : [],
  );
}
