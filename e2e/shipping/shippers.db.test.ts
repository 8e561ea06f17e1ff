import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { haproxyLine, moment, openShippingHouse, type ShippingHouse } from "./house";

// What these shippers put on the wire, after their manuals and what they read of the answers. None of them is a
// Debian package.
let house: ShippingHouse;
beforeAll(async () => {
  house = await openShippingHouse();
});
afterAll(() => house.close());

const basic = (name = "any") => `Basic ${Buffer.from(`${name}:${house.key}`).toString("base64")}`;
const ndjson = (...rows: unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const line = (session: string) => haproxyLine(moment(), "app1", session);

describe("Filebeat", () => {
  const headers = () => ({
    Accept: "application/json",
    Authorization: basic("filebeat"),
    "User-Agent": "Elastic-filebeat/8.19.0 (linux; amd64; 1a2b3c; 2025-07-24)",
  });
  const filtered =
    "/_bulk?filter_path=errors%2Citems.%2A.error%2Citems.%2A.status%2Citems.index.status%2Citems.create.status";
  const document = (message: string) => ({
    "@timestamp": new Date(moment()).toISOString(),
    message,
    log: { offset: 1234, file: { path: "/var/log/haproxy.log", inode: "7" } },
    input: { type: "filestream" },
    fields: { source: "beat-edge" },
    ecs: { version: "8.0.0" },
    host: { name: "edge-1", ip: ["10.0.0.5"] },
    agent: { type: "filebeat", version: "8.19.0", name: "edge-1", ephemeral_id: "e", id: "i" },
  });

  it("finds its version and licence, then sees its templates and policies as loaded", async () => {
    const hello = await house.send("/", undefined, headers(), "GET");
    expect([hello.status, hello.headers.get("x-elastic-product")]).toEqual([200, "Elasticsearch"]);
    expect((await hello.json()).version.number).toMatch(/^8\.\d+\.\d+$/);
    const licence = await house.send("/_license?human=false", undefined, headers(), "GET");
    // Filebeat goes on with an active licence of a type that it knows.
    expect((await licence.json()).license).toMatchObject({ status: "active", type: "basic" });
    for (const [method, path] of [
      ["GET", "/_ilm/policy/filebeat"],
      ["PUT", "/_ilm/policy/filebeat"],
      ["HEAD", "/_index_template/filebeat-8.19.0"],
      ["GET", "/_index_template/filebeat-8.19.0"],
      ["PUT", "/_index_template/filebeat-8.19.0"],
      ["PUT", "/_component_template/filebeat"],
      ["GET", "/_data_stream/filebeat-8.19.0"],
      ["PUT", "/_data_stream/filebeat-8.19.0"],
      ["GET", "/_ingest/pipeline/filebeat-8.19.0-haproxy-log-pipeline"],
    ] as const) {
      const body = method === "PUT" ? "{}" : undefined;
      const answer = await house.send(path, body, headers(), method);
      expect([method, path, answer.status]).toEqual([method, path, 200]);
    }
  });

  it("has its gzipped bulk taken, and each document's status where it looks for it", async () => {
    const action = { create: { _index: "filebeat-8.19.0" } };
    const answer = await house.send(
      filtered,
      gzipSync(ndjson(action, document(line("b")), action, document("rubbish"))),
      {
        ...headers(),
        "Content-Type": "application/json; charset=UTF-8",
        "Content-Encoding": "gzip",
      },
    );
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      errors: true,
      items: [
        { create: { status: 201 } },
        // 400 is dropped and logged; 429 and 5xx would be sent again for ever.
        {
          create: { status: 400, error: { type: expect.any(String), reason: expect.any(String) } },
        },
      ],
    });
    expect(await house.count("requests", "beat-edge")).toBe(1);
    expect(await house.count("rejects", "beat-edge")).toBe(1);
  });

  it("counts a batch that it sends again, its documents named or not, once", async () => {
    const named = { create: { _index: "filebeat-8.19.0", _id: "Zf0x4" } };
    const body = ndjson(named, { ...document(line("again")), fields: { source: "beat-again" } });
    for (let round = 0; round < 2; round++) {
      const answer = await house.send("/_bulk", body, headers());
      expect(await answer.json()).toMatchObject({ errors: false });
    }
    expect(await house.count("requests", "beat-again")).toBe(1);
  });

  it("may take a JSON log apart itself: the balancer's own document stays whole", async () => {
    const caddy = {
      "@timestamp": new Date(moment()).toISOString(),
      logger: "http.log.access",
      msg: "handled request",
      ts: moment() / 1000,
      request: {
        remote_ip: "10.0.0.2",
        proto: "HTTP/2.0",
        method: "GET",
        host: "shop",
        uri: "/cart",
      },
      status: 200,
      duration: 0.004,
      size: 12,
      resp_headers: {},
      fields: { source: "beat-caddy" },
    };
    const answer = await house.send(
      "/_bulk",
      ndjson({ index: { _index: "filebeat-8.19.0" } }, caddy),
      headers(),
    );
    expect(await answer.json()).toMatchObject({ errors: false });
    expect(await house.count("requests", "beat-caddy")).toBe(1);
  });
});

describe("Vector", () => {
  const event = (message: string) => ({
    file: "/var/log/haproxy.log",
    host: "edge-1",
    message,
    source_type: "file",
    timestamp: new Date(moment()).toISOString(),
  });

  it("sends by its elasticsearch sink, after it asked for version and health", async () => {
    const headers = { Authorization: basic("vector") };
    const hello = await house.send("/", undefined, headers, "GET");
    expect(Number.parseInt((await hello.json()).version.number, 10)).toBe(8);
    const health = await house.send("/_cluster/health", undefined, headers, "GET");
    expect(health.status).toBe(200);
    const bulk = (action: "index" | "create", index: string, id?: string) =>
      house.send(
        "/_bulk?timeout=60s",
        ndjson({ [action]: { _index: index, ...(id ? { _id: id } : {}) } }, event(line("vector"))),
        { ...headers, "Content-Type": "application/x-ndjson" },
      );
    for (const answer of [
      await bulk("index", "vector-2026.11.21"),
      await bulk("create", "vector-2026.11.21"),
      await bulk("create", "vector-2026.11.21", "7d9f"),
    ])
      expect(await answer.json()).toMatchObject({ errors: false, items: [expect.any(Object)] });
    expect(await house.count("requests", "vector")).toBe(3);
    const stream = await house.send(
      "/_bulk?timeout=60s",
      ndjson(
        { create: { _index: "logs-haproxy-edge" } },
        {
          ...event(line("stream")),
          "@timestamp": new Date(moment()).toISOString(),
          data_stream: { type: "logs", dataset: "haproxy", namespace: "edge" },
        },
      ),
      { ...headers, "Content-Type": "application/x-ndjson" },
    );
    expect((await stream.json()).errors).toBe(false);
    expect(await house.count("requests", "logs-haproxy-edge")).toBe(1);
  });

  it("sends by its loki sink in JSON, gzipped, its event whole or its message alone", async () => {
    for (const text of [line("vector-loki"), JSON.stringify(event(line("vector-loki")))]) {
      const push = {
        streams: [{ stream: { source: "vector-loki" }, values: [[`${moment()}000000`, text]] }],
      };
      const answer = await house.send("/loki/api/v1/push", gzipSync(JSON.stringify(push)), {
        Authorization: basic("vector"),
        "Content-Type": "application/json",
        "Content-Encoding": "gzip",
      });
      expect(answer.status).toBe(204);
    }
    expect(await house.count("requests", "vector-loki")).toBe(2);
  });
});

describe("Fluent Bit", () => {
  it("sends by its es output, and finds in the answer what it looks for", async () => {
    for (const action of [
      { create: { _index: "fluent-bit" } },
      { index: { _index: "fluent-bit", _type: "_doc" } },
      { create: { _index: "fluent-bit", _id: "1d6b2c4e-0000-1111-2222-333344445555" } },
    ]) {
      const answer = await house.send(
        "/_bulk",
        ndjson(action, { "@timestamp": new Date(moment()).toISOString(), log: line("fluent") }),
        {
          Authorization: basic("fluent"),
          "User-Agent": "Fluent-Bit",
          "Content-Type": "application/x-ndjson",
        },
      );
      expect(answer.status).toBe(200);
      // Of an answer longer than its buffer it only looks for these characters.
      expect(await answer.text()).toContain('"errors":false,"items":[');
    }
    expect(await house.count("requests", "fluent-bit")).toBe(3);
  });

  it("sends by its loki output, records as JSON, raw, or with structured metadata", async () => {
    const values = [
      [`${moment()}000000`, JSON.stringify({ log: line("fluent-loki") })],
      [`${moment()}000000`, line("fluent-loki")],
      [`${moment()}000000`, line("fluent-loki"), { trace_id: "0242ac120002" }],
      [
        `${moment()}000000`,
        JSON.stringify({
          log: `${line("fluent-loki")}\n`,
          stream: "stdout",
          time: new Date(moment()).toISOString(),
          kubernetes: { pod_name: "edge-7d9f" },
        }),
      ],
    ];
    const answer = await house.send(
      "/loki/api/v1/push",
      JSON.stringify({ streams: [{ stream: { job: "fluent-loki" }, values }] }),
      {
        Authorization: basic("fluent"),
        "User-Agent": "Fluent-Bit",
        "Content-Type": "application/json",
      },
    );
    expect(answer.status).toBe(204);
    expect(await house.count("requests", "fluent-loki")).toBe(4);
  });
});
