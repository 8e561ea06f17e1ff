import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RequestFact } from "@/lib/correlate/facts";
import { createPool } from "@/lib/store/database";
import { BareRequests } from "@/lib/store/write/bare-requests";
import { Dictionary } from "@/lib/store/write/dictionary";
import { RowWriter } from "@/lib/store/write/row-writer";
import { parserOf } from "./line-parser";
import { lineHash, Normalisers } from "./normalise";
import { readRequests } from "./read-request";
import type { SourceRules } from "./source-rules";
import { plainSource } from "./source-rules.fixture";

const now = Date.UTC(2026, 10, 21, 12);
const source = plainSource;
const usual =
  '10.1.2.3:50123 [15/Jan/2026:09:00:12.345] www shop/web-1 0/0/1/20/21 200 512 sid=0a1b2c3d4e5f6071 - --VN 120/80/40/10/0 0/0 "GET /cart?page=1 HTTP/1.1"';

const before = '"GET /before HTTP/1.1"';
const behind = usual.slice(30);

/** What is kept of a request: its row, and what else the writing looks at. */
function kept(fact: RequestFact | string | null) {
  if (fact === null || typeof fact === "string") return fact;
  const { row, startedAt, durationMs, client, presented, set, address, shape } = fact;
  const bytes = row.block.toString("hex", row.start, row.end);
  return { bytes, startedAt, durationMs, client, presented, set, address, shape };
}

/** Reads lines one after the other, each in full and, where that can be, as an ordinary one. */
function readers(rules: Partial<SourceRules> = {}) {
  const own = { ...source, ...rules };
  const dictionary = new Dictionary(createPool("postgres://127.0.0.1:1/none"));
  const normaliser = new Normalisers(Buffer.alloc(32, 7), dictionary).forSource(own, now);
  const parse = parserOf(own, now);
  const writer = new RowWriter();
  return (line: string) => {
    const hashed = lineHash(own.name, line, 0);
    const digest = Buffer.from(hashed, "hex").toString("latin1");
    // What stands around a line is no part of it.
    const bytes = Buffer.from(before + line + behind);
    const isRead =
      normaliser.ordinary?.read(bytes, before.length, bytes.length - behind.length) ?? false;
    const bare = new BareRequests();
    if (isRead) normaliser.ordinary?.take(digest, bare);
    const quick = readRequests(bare, writer)[0] ?? null;
    const parsed = parse(line);
    const full = parsed.kind === "request" ? normaliser.request(parsed, hashed, 1) : parsed.kind;
    if (isRead && quick === null && parsed.kind === "request" && typeof full !== "string")
      normaliser.ordinary?.learn(parsed, full, digest);
    return { quick: kept(quick), full: kept(full) };
  };
}

describe("ordinary lines", () => {
  it("are read without their common parts once one of their kind was read in full", () => {
    const read = readers();
    expect(read(usual).quick).toBeNull();
    const other = usual
      .replace("10.1.2.3", "10.1.2.4")
      .replace("12.345", "13.001")
      .replace("20/21", "7/19")
      .replace("512", "0")
      .replace("4e5f", "9999")
      .replace("/cart?page=1", "/product/17");
    const { quick, full } = read(other);
    expect(quick).not.toBeNull();
    expect(quick).toEqual(full);
  });

  it("come to the same as read in full, whatever is changed in them", () => {
    const parts = fc.record({
      client: fc.constantFrom(
        "10.1.2.3",
        "255.255.255.255",
        "010.1.2.3",
        "10.1.2",
        "::1",
        "-",
        "unix",
      ),
      port: fc.constantFrom("50123", "0", "65535", "65536", ""),
      date: fc.constantFrom(
        "15/Jan/2026:09:00:12.345",
        "15/Jan/2026:09:00:12.346",
        "31/Dec/1994:23:59:59.999",
        "15/Jan/2027:09:00:12.345",
        "15/Jan/2026:09:00:12",
        "15/Jan/2026:09:00:12.345 +0100",
        "45/Jan/2026:09:00:12.345",
      ),
      server: fc.constantFrom(
        "www shop/web-1",
        "www~ shop/web-2",
        "www shop/<NOSRV>",
        "www www/web-1",
        "www: shop/web-1",
      ),
      timers: fc.constantFrom(
        "0/0/1/20/21",
        "0/0/1/20/82",
        "0/0/1/20/83",
        "0/0/1/21/20",
        "0/0/1/-1/21",
        "0/0/1/20/+21",
        "0/0/1/20/16000001",
      ),
      status: fc.constantFrom("200", "503", "101", "000", "-1"),
      bytes: fc.constantFrom("512", "0", "999999999", "5000000000", "+7"),
      sent: fc.constantFrom(
        "-",
        "sid=0a1b2c3d4e5f6071",
        "sid=-",
        "sid=",
        "sid=deleted",
        "sid=cart-1",
        "sid=a%20b",
        "JSESSIONID=0123456789abcdef0123456789abcdef.web-1",
        "JSESSIONID=0123456789abcdef0123456789abcdef",
        "SERVERID=web-1",
        "mine=0a1b2c3d4e5f6071",
        "mine=short",
        "sid=a=b",
      ),
      set: fc.constantFrom("-", "sid=fedcba9876543210"),
      flags: fc.constantFrom("--VN", "--NI", "SH--", "--", "--V1"),
      retries: fc.constantFrom("0", "1", "+1", "3"),
      captured: fc.constantFrom("", "{shop.example|agent} "),
      method: fc.constantFrom("GET", "POST", "-", "G#45T"),
      target: fc.constantFrom(
        "/",
        "/cart",
        "/cart?page=1",
        "/cart?token=abcdef",
        "/cart-1/x",
        "/a;jsessionid=0123456789abcdef0123456789abcdef",
        "/a#3Bb",
        "/a b",
        "/?",
        "/0a1b2c3d4e5f6071",
        "http://shop.example/cart",
        "*",
      ),
      protocol: fc.constantFrom(
        ' HTTP/1.1"',
        ' HTTP/2.0"',
        '"',
        "",
        ' HTTP/1.1" tail',
        ' HTTP/1.1\\"',
      ),
    });
    const rules: Partial<SourceRules>[] = [
      {},
      { session: { cookie: "mine" } },
      { session: { cookie: "sid" }, affinity: { method: "cookie", cookie: "sid" } },
      { session: { query: "page" } },
      { affinity: { method: "source-ip" } },
      {
        pool: "named",
        lb: "lb-1",
        timezone: "Europe/Berlin",
        correlation: { header: "x-request-id" },
      },
    ];
    const all = rules.map((rule) => readers(rule));
    let quickly = 0;
    fc.assert(
      fc.property(parts, fc.nat(rules.length - 1), (part, which) => {
        const { client, port, date, server, timers, status, bytes, sent, set } = part;
        const line = `${client}:${port} [${date}] ${server} ${timers} ${status} ${bytes} ${sent} ${set} ${part.flags} 120/80/40/10/${part.retries} 0/0 ${part.captured}"${part.method} ${part.target}${part.protocol}`;
        const { quick, full } = all[which]?.(line) ?? { quick: null, full: null };
        if (quick === null) return;
        quickly += 1;
        expect(quick).toEqual(full);
      }),
      { numRuns: 10_000, seed: 7 },
    );
    // Lines with one thing changed, so that most of them are of a kind that is known.
    const read = readers();
    read(usual);
    fc.assert(
      fc.property(
        fc.nat(usual.length),
        fc.string({ maxLength: 2, unit: "binary-ascii" }),
        (at, put) => {
          for (const line of [usual.slice(0, at) + put + usual.slice(at + 1), usual.slice(0, at)]) {
            const { quick, full } = read(line);
            if (quick === null) continue;
            quickly += 1;
            expect(quick).toEqual(full);
          }
        },
      ),
      { numRuns: 5000, seed: 7 },
    );
    expect(quickly).toBeGreaterThan(300);
  }, 60_000);

  it("are not read so where a source's rules ask for more than they tell", () => {
    const rules: Partial<SourceRules>[] = [
      { session: { query: "sid" } },
      { session: { capture: "0" } },
      { affinity: { method: "source-ip" } },
      { formatString: "%ci:%cp" },
      { format: "nginx-combined" },
    ];
    for (const rule of rules)
      expect(
        new Normalisers(
          Buffer.alloc(32),
          new Dictionary(createPool("postgres://127.0.0.1:1/none")),
        ).forSource({ ...source, ...rule }, now).ordinary,
      ).toBeNull();
  });
});
