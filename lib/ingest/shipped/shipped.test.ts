import { describe, expect, it } from "vitest";
import { readSessionEvent } from "@/lib/schemas/events";
import { BulkError, bulkItems } from "./bulk";
import { firehoseDelivery } from "./firehose";
import { lokiJson } from "./loki";
import { messageOfDocument, messageOfText, sourceFrom } from "./message";
import { otlpJson, otlpProtobuf } from "./otlp";
import { ProtobufError, protoFields, protoMessage, utf8 } from "./protobuf";
import { SnappyError, unsnappy } from "./snappy";

describe("an OTLP session event", () => {
  // As the SDK for JavaScript writes it; the session ids are those of the semantic conventions' example.
  const request = {
    resourceLogs: [
      {
        resource: {
          attributes: [
            { key: "service.name", value: { stringValue: "shop-web" } },
            { key: "service.instance.id", value: { stringValue: "app1-7d9f" } },
            { key: "host.name", value: { stringValue: "app1" } },
          ],
        },
        scopeLogs: [
          {
            logRecords: [
              {
                timeUnixNano: "1795233582004000000",
                body: { stringValue: "continued" },
                eventName: "session.start",
                attributes: [
                  {
                    key: "session.id",
                    value: { stringValue: "00112233-4455-6677-8899-aabbccddee00" },
                  },
                  {
                    key: "session.previous_id",
                    value: { stringValue: "00112233-4455-6677-8899-aabbccddeeff" },
                  },
                  { key: "client.port", value: { intValue: "54326" } },
                ],
                traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
              },
              {
                timeUnixNano: 0,
                observedTimeUnixNano: "1795233582003000000",
                body: {},
                attributes: [
                  { key: "event.name", value: { stringValue: "session.end" } },
                  { key: "session.id", value: { stringValue: "x" } },
                  { key: "correlation_id", value: { stringValue: "req-1" } },
                ],
                traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
              },
            ],
          },
        ],
      },
    ],
  };

  it("names its session, the one before it, the node, the pool and the trace", () => {
    const [start, end] = otlpJson(request) ?? [];
    expect(start?.kind === "event" && readSessionEvent(start.value)).toEqual({
      kind: "event",
      at: Date.UTC(2026, 10, 21, 3, 59, 42, 4),
      type: "session.created",
      sessionId: "00112233-4455-6677-8899-aabbccddee00",
      previousSessionId: "00112233-4455-6677-8899-aabbccddeeff",
      correlationId: "4bf92f3577b34da6a3ce929d0e0e4736",
      node: "app1",
      pool: "shop-web",
      store: null,
      hit: null,
      latencyMs: null,
      attributes: { "client.port": 54326 },
    });
    expect(end?.kind === "event" && readSessionEvent(end.value)).toMatchObject({
      type: "session.destroyed",
      at: Date.UTC(2026, 10, 21, 3, 59, 42, 3),
      correlationId: "req-1",
    });
  });
});

describe("what a shipper sends", () => {
  it("is a session event where it is written as one, and a line otherwise", () => {
    const event = { type: "session.missing", sessionId: "x", time: 1 };
    expect(messageOfText("app", JSON.stringify(event))).toEqual({ kind: "event", value: event });
    const json = '{"request":"GET /session.start HTTP/1.1"}';
    expect(messageOfText("app", `${json}\r\n`)).toEqual({
      kind: "line",
      source: "app",
      text: json,
    });
    expect(messageOfDocument("app", { message: "a line" }, "")).toMatchObject({ text: "a line" });
    expect(messageOfDocument("app", { request: "GET /" }, "whole")).toMatchObject({
      text: "whole",
    });
    expect(messageOfDocument("app", 7, "7")).toMatchObject({ kind: "unread" });
  });

  it("is of a source whose name may be one", () => {
    expect(sourceFrom("ingress/nginx controller", "x")).toBe("ingress-nginx-controller");
    expect(sourceFrom("__", "x")).toBe("x");
    expect(sourceFrom(7, "x")).toBe("x");
    const [item] = bulkItems(
      '{"create":{}}\n{"message":"m","fields":{"source":"edge"}}\n',
      "filebeat",
    );
    expect(item?.message).toMatchObject({ source: "edge" });
    const rolled = (index: string) => bulkItems('{"index":{}}\n{"log":"m"}\n', index)[0]?.message;
    expect(rolled(".ds-balancers-2026.11.21-000001")).toMatchObject({ source: "balancers" });
    expect(rolled("balancers-2026.11")).toMatchObject({ source: "balancers" });
    expect(
      lokiJson({ streams: [{ stream: { app: "a", job: "b" }, values: [["1", "m"]] }] }),
    ).toEqual([{ kind: "line", source: "b", text: "m" }]);
  });

  it("is refused whole where it is not of its form", () => {
    expect(() => bulkItems('{"index":{"_index":"a"}}\n', null)).toThrow(BulkError);
    expect(() => bulkItems('{"index":{}}\n{}\n', null)).toThrow("names no index");
    expect(lokiJson({ streams: [{ values: [["1", 2]] }] })).toBeNull();
    expect(otlpJson([])).toBeNull();
    expect(firehoseDelivery({ records: [] }, "s", 10)).toBeNull();
  });

  it("cannot grow beyond its limit when it is unpacked", () => {
    expect(() => unsnappy(Uint8Array.from([0xff, 0xff, 0xff, 0x7f]), 1000)).toThrow(RangeError);
  });
});

describe("the binary forms", () => {
  it("are read as they are written", () => {
    const bytes = protoMessage([
      [1, 300],
      [2, "text"],
    ]);
    expect([...protoFields(bytes)]).toMatchObject([
      { field: 1, kind: "number", value: 300n },
      { field: 2, kind: "bytes" },
    ]);
    // "abc", then six bytes from three bytes before: a copy that reads what it writes.
    const block = Uint8Array.from([9, 2 << 2, 97, 98, 99, (2 << 2) | 1, 3]);
    expect(utf8(unsnappy(block, 100))).toBe("abcabcabc");
  });

  it("end with a reason where they are cut off or damaged, whatever stands in them", () => {
    const whole = protoMessage([[1, protoMessage([[2, protoMessage([[2, "x".repeat(200)]])]])]]);
    for (let length = 1; length < whole.length; length++)
      expect(() => otlpProtobuf(whole.subarray(0, length))).toThrow(ProtobufError);
    for (let seed = 1; seed < 5000; seed++) {
      const bytes = Uint8Array.from(
        { length: 40 },
        (_, at) => (seed * 2654435761 * (at + 7)) >>> 13,
      );
      for (const read of [() => otlpProtobuf(bytes), () => unsnappy(bytes, 1e6)])
        try {
          read();
        } catch (error) {
          if (error instanceof RangeError) continue;
          expect([ProtobufError, SnappyError]).toContain(Object(error).constructor);
        }
    }
  });
});
