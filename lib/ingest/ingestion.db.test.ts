import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sessionUuid } from "@/lib/domain/session-key";
import { withTransaction } from "@/lib/store/database";
import { dropExpired } from "@/lib/store/partitions";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { gathered } from "@/lib/store/testing/gathered";
import { SessionGains } from "@/lib/store/write/session-gains";
import { SessionJournal } from "@/lib/store/write/session-journal";
import type { Ingestion } from "./ingestion";
import { body, testIngestion, testSecret } from "./ingestion.fixture";
import type { SourceRules } from "./source-rules";
import { plainSource } from "./source-rules.fixture";

const now = Date.UTC(2026, 10, 21, 12);

function source(name: string, rules: Partial<SourceRules> = {}): SourceRules {
  return { ...plainSource, name, ...rules };
}

function line(second: number, node: string, sid: string, path = "/cart"): string {
  const at = `21/Nov/2026:10:00:${String(second).padStart(2, "0")}.123`;
  return `10.0.0.1:50000 [${at}] www shop/${node} 0/0/1/5/6 200 512 JSESSIONID=${sid} - --VN 1/1/1/1/0 0/0 "GET ${path} HTTP/1.1"`;
}

let database: TestDatabase;
let ingestion: Ingestion;

beforeAll(async () => {
  database = await testDatabase();
  ingestion = testIngestion(database.pool, () => now);
});
afterAll(async () => {
  await database.close();
});

async function count(table: string): Promise<number> {
  const { rows } = await database.pool.query(`SELECT count(*)::integer AS n FROM ${table}`);
  return rows[0].n;
}

async function poolId(name: string): Promise<number> {
  await ingestion.dictionary.learnPools([name]);
  return ingestion.dictionary.pool(name);
}

describe("lines that are sent", () => {
  it("count once when thousands of them come again, alone or among new ones", async () => {
    const lines = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, n) =>
        line((from + n) % 60, "app1", `BULK${(from + n) % 97}`, `/bulk/${from + n}`),
      ).join("\n");
    const send = (text: string) =>
      ingestion.logs(source("bulk", { pool: "bulk" }), { chunks: body(text), encoding: null });
    expect(await send(lines(0, 12_000))).toMatchObject({ accepted: 12_000, duplicates: 0 });
    expect(await send(lines(0, 12_000))).toMatchObject({ accepted: 0, duplicates: 12_000 });
    expect(await send(lines(9000, 12_500))).toMatchObject({ accepted: 500, duplicates: 3000 });
    expect(await send(lines(12_500, 14_000))).toMatchObject({ accepted: 1500, duplicates: 0 });
    await ingestion.idle();
    const { rows } = await database.pool.query(
      `SELECT sum(s.requests)::integer AS requests, count(*)::integer AS sessions
       FROM sessions s JOIN pools p ON p.id = s.pool WHERE p.name = 'bulk'`,
    );
    expect(rows[0]).toEqual({ requests: 14_000, sessions: 97 });
    await database.pool.query("TRUNCATE request_rows, sessions");
  });

  it("reach their sessions' rows at the next start when the process ended before they did", async () => {
    const session = sessionUuid(testSecret, "LEFT") ?? "";
    const pool = await poolId("left");
    const gains = new SessionGains();
    gains.addGain({
      session,
      pool,
      firstSeen: now,
      lastSeen: now + 5,
      requests: 2,
      nodes: [1, 2],
      lbs: [1],
      client: "10.0.0.1",
      demo: false,
    });
    await withTransaction(database.pool, (client) => new SessionJournal().append(client, gains));
    await ingestion.updateSessions(true);
    const { rows } = await database.pool.query(
      "SELECT requests, nodes, host(client) AS client FROM sessions WHERE session = $1",
      [session],
    );
    expect(rows).toEqual([{ requests: 2, nodes: [1, 2], client: "10.0.0.1" }]);
    expect(await count("session_gains")).toBe(0);
    await database.pool.query("TRUNCATE sessions");
  });

  it("are stored once, however often they come, and twice where a batch holds them twice", async () => {
    const text = [
      line(1, "app1", "A1B2"),
      line(2, "app1", "A1B2"),
      line(2, "app1", "A1B2"),
      "rubbish",
    ].join("\n");
    const first = await ingestion.logs(source("edge"), { chunks: body(text), encoding: null });
    expect(first).toMatchObject({ accepted: 3, duplicates: 0, rejected: 1 });
    expect(first.errors[0]?.line).toBe(4);
    const again = await ingestion.logs(source("edge"), {
      chunks: body(gzipSync(text)),
      encoding: "gzip",
    });
    expect(again).toMatchObject({ accepted: 0, duplicates: 3, rejected: 1 });
    expect(await count("requests")).toBe(3);
    expect(await count("rejects")).toBe(1);
  });

  it("go to the session whose key they carry, which is stored as its hash alone", async () => {
    const { rows } = await database.pool.query("SELECT session, requests, nodes FROM sessions");
    expect(rows).toHaveLength(1);
    expect(rows[0].session).toBe(sessionUuid(testSecret, "A1B2"));
    expect(rows[0].requests).toBe(3);
    const stored = await database.pool.query("SELECT * FROM requests");
    expect(stored.rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(stored.rows)).not.toContain("A1B2");
  });

  it("without a key go to the session that an event with their correlation ID names, whichever came first", async () => {
    const trace = (n: number) => `0af7651916cd43dd8448eb211c8031${String(n).padStart(2, "0")}`;
    const alb = (n: number) =>
      `http 2026-11-21T10:05:0${n}.010000Z app/web/1 10.0.0.9:4000 10.0.1.${n}:80 0.000 0.001 0.000 200 200 34 366 "GET http://shop:80/ HTTP/1.1" "curl" - - arn:aws:elasticloadbalancing:eu:1:targetgroup/web/73e2d6bc24d8a067 "Root=1-${trace(n).slice(0, 8)}-${trace(n).slice(8)}" "-" "-" 0 2026-11-21T10:05:0${n}.000000Z "forward" "-" "-" "10.0.1.${n}:80" "200" "-" "-"`;
    const event = (n: number) =>
      JSON.stringify({
        time: `2026-11-21T10:05:0${n}.005Z`,
        type: "session.retrieved",
        sessionId: "via-event",
        correlationId: `00-${trace(n)}-00f067aa0ba902b7-01`,
        node: `web-${n}`,
      });
    await ingestion.logs(source("alb"), { chunks: body(alb(1)), encoding: null });
    await ingestion.events({ chunks: body(`${event(1)}\n${event(2)}\n`), encoding: null });
    await ingestion.logs(source("alb"), { chunks: body(`${alb(2)}\n${alb(1)}`), encoding: null });
    const { rows } = await database.pool.query(
      "SELECT count(*)::integer AS n, sum(tie)::integer AS ties FROM requests WHERE session = $1",
      [sessionUuid(testSecret, "via-event")],
    );
    expect(rows[0]).toEqual({ n: 2, ties: 4 });
    const session = await database.pool.query(
      "SELECT requests, cardinality(nodes) AS nodes FROM sessions WHERE session = $1",
      [sessionUuid(testSecret, "via-event")],
    );
    expect(session.rows).toEqual([{ requests: 2, nodes: 2 }]);
    expect(await count("node_pairs")).toBe(2);
  });

  it("of long ago are kept as long as if they were fresh, counted from the day they came", async () => {
    const old = line(1, "app1", "OLD-SESSION").replace("21/Nov/2026", "06/Feb/2009");
    expect(
      await ingestion.logs(source("archive"), { chunks: body(old), encoding: null }),
    ).toMatchObject({ accepted: 1 });
    const kept = async () =>
      (
        await database.pool.query(
          gathered(
            "SELECT (SELECT count(*) FROM requests WHERE started_at < '2010-01-01') + (SELECT count(*) FROM sessions WHERE last_seen < '2010-01-01') AS n",
          ),
        )
      ).rows[0].n;
    const day = 86_400_000;
    const retention = { factDays: 30, resultDays: 30 };
    await dropExpired(database.pool, retention, now + 29 * day);
    expect(await kept()).toBe(2);
    await dropExpired(database.pool, retention, now + 31 * day);
    expect(await kept()).toBe(0);
  });

  it("are rejected one by one with what is wrong, and do not stop the rest of their batch", async () => {
    const good = [line(30, "app1", "MIXED"), line(31, "app2", "MIXED")];
    const bad = {
      truncated: good[0]?.slice(0, 90) ?? "",
      binary: "\u0000\u0001\u0002PNG\u001a binary",
      long: `${good[0]} ${"x".repeat(1_000_000)}`,
      foreign: "kernel: [12345.678] usb 1-1: new high-speed USB device",
      json: '{"hello":"world"}',
    };
    const text = [good[0], ...Object.values(bad), good[1]].join("\r\n");
    const receipt = await ingestion.logs(source("mixed"), {
      chunks: body(deflateRawSync(text)),
      encoding: "deflate",
    });
    expect(receipt).toMatchObject({ accepted: 2, rejected: 5 });
    const reasons = receipt.errors.map(({ line: number, reason }) => `${number}: ${reason}`);
    expect(reasons[0]).toMatch(/^2: .*(field|expected|ends|missing|cut)/i);
    expect(reasons[1]).toBe("3: binary: byte 0x00 at column 1");
    expect(reasons[2]).toMatch(/^4: line of 1000\d{3} bytes: longer than the 65536/);
    expect(reasons[3]).toMatch(/^5: /);
    expect(reasons[4]).toMatch(/^6: /);
  });

  it("that are events without a session are rejected by the name of what is missing", async () => {
    const receipt = await ingestion.events({
      chunks: body(
        '{"time":"2026-11-21T10:00:00Z","type":"session.created","session":"a-key-of-a-session"}',
      ),
      encoding: null,
    });
    expect(receipt.errors.map(({ reason }) => reason)).toEqual(["sessionId is missing"]);
    expect(JSON.stringify(receipt)).not.toContain("a-key-of-a-session");
  });

  it("come in any of the encodings, and a broken body is refused as such", async () => {
    const text = Buffer.from(line(40, "app1", "ENCODED"));
    const bodies: [string, Buffer][] = [
      ["gzip", gzipSync(text)],
      ["deflate", deflateSync(text)],
      ["br", brotliCompressSync(text)],
      [
        "zstd",
        // One raw block in a frame (RFC 8878, 3.1.1): magic, single segment with an 8-bit size, last block.
        Buffer.concat([
          Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, text.length]),
          Buffer.from([((text.length << 3) | 1) & 0xff, (text.length << 3) >> 8, 0]),
          text,
        ]),
      ],
    ];
    const seen: number[] = [];
    for (const [encoding, bytes] of bodies) {
      const receipt = await ingestion.logs(source("encoded"), { chunks: body(bytes), encoding });
      seen.push(receipt.accepted + receipt.duplicates);
    }
    expect(seen).toEqual([1, 1, 1, 1]);
    await expect(
      ingestion.logs(source("encoded"), {
        chunks: body(gzipSync(text).subarray(0, 30)),
        encoding: "gzip",
      }),
    ).rejects.toMatchObject({ status: 400 });
    await expect(
      ingestion.logs(source("encoded"), { chunks: body(text), encoding: "lzma" }),
    ).rejects.toMatchObject({ status: 415 });
  });
});
