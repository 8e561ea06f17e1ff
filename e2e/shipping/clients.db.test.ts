import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { gzipSync } from "node:zlib";
import { Client } from "@elastic/elasticsearch";
import { OTLPLogExporter as JsonExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as ProtobufExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import pino from "pino";
import { pinoLoki } from "pino-loki";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { haproxyLine, moment, openShippingHouse, type ShippingHouse } from "./house";

let house: ShippingHouse;
beforeAll(async () => {
  house = await openShippingHouse();
});
afterAll(() => house.close());

describe("OpenTelemetry", () => {
  for (const [form, Exporter] of [
    ["protobuf", ProtobufExporter],
    ["JSON", JsonExporter],
  ] as const)
    it(`takes session events and access-log lines from the official exporter in ${form}`, async () => {
      const session = randomUUID();
      const trace = randomUUID().replaceAll("-", "");
      const service = `shop-${form.toLowerCase()}`;
      const exporter = new Exporter({
        url: `${house.url}/v1/logs`,
        headers: { Authorization: `Bearer ${house.key}` },
      });
      const provider = new LoggerProvider({
        resource: resourceFromAttributes({
          "service.name": service,
          "service.instance.id": "app1-7d9f",
          "host.name": `app1-${form}`,
        }),
        processors: [new SimpleLogRecordProcessor({ exporter })],
      });
      const logger = provider.getLogger("test");
      const at = new Date(moment());
      logger.emit({
        eventName: "session.start",
        timestamp: at,
        attributes: { "session.id": session, "trace.id": trace, colour: "green" },
      });
      logger.emit({
        eventName: "session.missing",
        timestamp: new Date(moment()),
        attributes: { "session.id": session, hit: false, store: "redis", latency_ms: 3.5 },
      });
      logger.emit({
        eventName: "session.end",
        timestamp: at,
        attributes: { "session.id": session },
      });
      logger.emit({ body: haproxyLine(moment(), "app1", session), timestamp: at });
      await provider.forceFlush();
      await provider.shutdown();
      const events = await house.rows(
        `SELECT e.type, e.hit, e.store, e.latency_ms, p.name AS pool, e.node
           FROM session_events e JOIN pools p ON p.id = e.pool
          WHERE p.name = '${service}' ORDER BY e.type`,
      );
      expect(events).toHaveLength(3);
      for (const event of events)
        expect(event).toMatchObject({ pool: service, node: `app1-${form}` });
      expect(events).toContainEqual(
        expect.objectContaining({ hit: false, store: "redis", latency_ms: 3.5 }),
      );
      expect(await house.count("requests", service)).toBe(1);
    });

  it("answers a partial success with the records that were rejected, and counts what comes again once", async () => {
    const record = (text: string) => ({ timeUnixNano: "1", body: { stringValue: text } });
    const line = haproxyLine(moment(), "app1", "otlp-again");
    const body = JSON.stringify({
      resourceLogs: [
        {
          resource: { attributes: [{ key: "service.name", value: { stringValue: "again" } }] },
          scopeLogs: [{ logRecords: [record(line), record("no line of any access log")] }],
        },
      ],
    });
    for (let round = 0; round < 2; round++) {
      const answer = await house.send("/v1/logs", gzipSync(body), {
        "Content-Type": "application/json",
        "Content-Encoding": "gzip",
      });
      expect(answer.status).toBe(200);
      expect(await answer.json()).toEqual({
        partialSuccess: {
          rejectedLogRecords: "1",
          errorMessage: expect.stringMatching(/^record 2: /),
        },
      });
    }
    expect(await house.count("requests", "again")).toBe(1);
    expect(await house.count("rejects", "again")).toBe(1);
  });

  it("answers errors as a Status in the form in which was asked", async () => {
    const json = await house.send("/v1/logs", "[]", { "Content-Type": "application/json" });
    expect([json.status, await json.json()]).toEqual([
      400,
      { code: 3, message: "The body is no ExportLogsServiceRequest" },
    ]);
    const broken = await house.send("/v1/logs", Buffer.from([10, 200]), {
      "Content-Type": "application/x-protobuf",
    });
    expect(broken.status).toBe(400);
    expect(broken.headers.get("content-type")).toBe("application/x-protobuf");
    const nobody = await house.send("/v1/logs", "{}", { Authorization: "Bearer wrong" });
    expect(nobody.status).toBe(401);
  });
});

describe("Loki's push", () => {
  it("takes what pino-loki sends, session events among it", async () => {
    const session = randomUUID();
    const stream = pinoLoki({
      host: house.url,
      labels: { job: "pino-shop" },
      basicAuth: { username: "any", password: house.key },
      batching: false,
      silenceErrors: false,
    });
    const logger = pino({ base: undefined, messageKey: "message" }, stream);
    logger.info({ message: haproxyLine(moment(), "app1", session) });
    logger.info({
      "event.name": "session.retrieved",
      "session.id": session,
      time: moment(),
      host: "pino-app1",
      pool: "pino",
    });
    stream.end();
    await once(stream, "close");
    await vi.waitFor(async () => {
      expect(await house.count("requests", "pino-shop")).toBe(1);
      const events = await house.rows("SELECT node FROM session_events WHERE node = 'pino-app1'");
      expect(events).toHaveLength(1);
    }, 20_000);
  });

  it("takes protobuf in snappy, as Promtail and Alloy send it, once", async () => {
    const line = haproxyLine(moment(), "app1", "loki-protobuf");
    const field = (number: number, bytes: Uint8Array) =>
      Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
    const stream = Buffer.concat([
      field(1, Buffer.from('{app="x", job="edge", host="a\\"b"}')),
      field(2, Buffer.concat([field(1, Buffer.from([8, 1])), field(2, Buffer.from(line))])),
      Buffer.from([24, 7]),
    ]);
    const plain = field(1, stream);
    // One literal is a valid snappy block.
    const snappy = Buffer.concat([
      varint(plain.length),
      Buffer.from([61 << 2, (plain.length - 1) & 255, (plain.length - 1) >> 8]),
      plain,
    ]);
    for (let round = 0; round < 2; round++) {
      const answer = await house.send("/loki/api/v1/push", snappy, {
        "Content-Type": "application/x-protobuf",
      });
      expect(answer.status).toBe(204);
    }
    expect(await house.count("requests", "edge")).toBe(1);
    const broken = await house.send("/loki/api/v1/push", snappy.subarray(0, 20), {
      "Content-Type": "application/x-protobuf",
    });
    expect(broken.status).toBe(400);
  });
});

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest >>= 7) bytes.push((rest & 127) | 128);
  return Buffer.from([...bytes, rest]);
}

describe("Elasticsearch's bulk", () => {
  it("takes what the official client's bulk helper sends, and tells it of each document that was rejected", async () => {
    const client = new Client({ node: house.url, auth: { username: "any", password: house.key } });
    expect((await client.info()).version.number).toMatch(/^\d+\.\d+\.\d+$/);
    const dropped: string[] = [];
    const lines = Array.from({ length: 40 }, () => haproxyLine(moment(), "app1", "elastic"));
    const result = await client.helpers.bulk<{ message: string }>({
      datasource: [...lines, "rubbish"].map((message) => ({ message })),
      onDocument: () => ({ index: { _index: "balancers-2026.11.21" } }),
      onDrop: ({ error }) => {
        dropped.push(error?.reason ?? "");
      },
      flushBytes: 2000,
    });
    expect([result.successful, result.failed, dropped.length]).toEqual([40, 1, 1]);
    expect(dropped[0]).not.toBe("");
    expect(await house.count("requests", "balancers")).toBe(40);
    await client.close();
  });

  it("takes the key in each way in which its senders bring it", async () => {
    const body = `${JSON.stringify({ create: { _id: "7" } })}\n${JSON.stringify({
      "@timestamp": "2026-11-21T10:00:00Z",
      event: { original: haproxyLine(moment(), "app1", "keys") },
    })}\n`;
    const base64 = (text: string) => Buffer.from(text).toString("base64");
    for (const [name, value] of [
      ["Authorization", `ApiKey ${base64(`name:${house.key}`)}`],
      ["Authorization", `ApiKey ${house.key}`],
      ["Authorization", `Basic ${base64(`elastic:${house.key}`)}`],
      ["X-API-Key", house.key],
    ] as const) {
      const answer = await fetch(`${house.url}/keyed/_bulk`, {
        method: "POST",
        headers: { [name]: value, "Content-Type": "application/x-ndjson" },
        body,
      });
      expect(answer.headers.get("x-elastic-product")).toBe("Elasticsearch");
      expect(await answer.json()).toMatchObject({
        errors: false,
        items: [{ create: { _index: "keyed", _id: "7", status: 201 } }],
      });
    }
    expect(await house.count("requests", "keyed")).toBe(1);
    const refused = await house.send("/_bulk", body, { Authorization: "ApiKey wrong" });
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({
      status: 401,
      error: { type: "security_exception" },
    });
  });

  it("answers what Filebeat, Vector and Fluent Bit ask before they send", async () => {
    for (const [method, path] of [
      ["GET", "/"],
      ["HEAD", "/"],
      ["GET", "/_license"],
      ["GET", "/_xpack"],
      ["GET", "/_cluster/health"],
      ["GET", "/_nodes/http"],
      ["GET", "/_ilm/policy/filebeat"],
      ["HEAD", "/_index_template/filebeat-8.19.0"],
      ["PUT", "/_index_template/filebeat-8.19.0"],
      ["PUT", "/_data_stream/filebeat-8.19.0"],
      ["GET", "/_ingest/pipeline/filebeat"],
    ] as const) {
      const answer = await house.send(path, undefined, { Accept: "application/json" }, method);
      expect([method, path, answer.status]).toEqual([method, path, 200]);
      expect(answer.headers.get("x-elastic-product")).toBe("Elasticsearch");
    }
    expect((await house.send("/_search", undefined, {}, "GET")).status).toBe(303);
  });

  it("leaves the first page to browsers", async () => {
    const page = await house.send(
      "/",
      undefined,
      { Accept: "text/html,*/*", Authorization: "Basic eA==" },
      "GET",
    );
    expect([page.status, page.headers.get("location")]).toEqual([303, "/login"]);
  });

  it("refuses what would change or delete, item by item, and bodies that are none", async () => {
    const mixed = [
      { delete: { _index: "mixed", _id: "1" } },
      { index: { _index: "mixed" } },
      { log: haproxyLine(moment(), "app1", "mixed") },
      { update: { _index: "mixed", _id: "1" } },
      { doc: {} },
    ];
    const answer = await house.send(
      "/_bulk",
      `${mixed.map((one) => JSON.stringify(one)).join("\n")}\n`,
    );
    expect(await answer.json()).toMatchObject({
      errors: true,
      items: [{ delete: { status: 400 } }, { index: { status: 201 } }, { update: { status: 400 } }],
    });
    const none = await house.send("/_bulk", "no json\n");
    expect([none.status, (await none.json()).error.reason]).toEqual([
      400,
      "line 1: expected index, create, update or delete",
    ]);
  });
});
