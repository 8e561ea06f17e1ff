import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ParsedLine, RequestLine } from "@/lib/domain/facts";
import { autoParser, findFormat } from "@/lib/formats/registry";
import { readSessionEvent } from "@/lib/schemas/events";
import { parseLine } from "./parse-line";
import { recordsIn } from "./record-list";
import { sessionInLine } from "./session-in-line";
import type { SourceRules } from "./source-rules";
import { plainSource } from "./source-rules.fixture";

/** What operators copy from docs/connect must do what the page says; here each page's own lines are read. */
const docs = new URL("../../docs/", import.meta.url);
const receivedAt = Date.UTC(2026, 10, 21, 9);
const at = Date.UTC(2026, 10, 21, 8, 12, 32);
const uuid = "0b8e6a1c-6c0e-4d8e-9f55-0d9f6c3c9a10";
const otherUuid = "0f6cd3a2-9c55-4c8e-9d7a-0f2b6d3f1c11";
const hex = "88b41b76f6449de64854fe190a066663";

function page(name: string): string {
  return readFileSync(new URL(`connect/${name}.md`, docs), "utf8");
}

/** The text of the page's blocks of one kind, in their order. */
function blocks(text: string, kind: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${kind}\\n([\\s\\S]*?)\\n\`\`\`$`, "gm"))].map(
    (found) => found[1] ?? "",
  );
}

function linesOf(text: string, kind = "log"): string[] {
  return blocks(text, kind).flatMap((block) => block.split("\n"));
}

/** A statement of the page's configuration block. */
function statement(text: string, kind: string, pattern: RegExp): string {
  const found = pattern.exec(blocks(text, kind).join("\n"))?.[0];
  if (!found) throw new Error(`no ${pattern} in the ${kind} of the page`);
  return found.trim();
}

function read(format: string | null, formatString: string | null, lines: string[]): ParsedLine[] {
  const parse =
    format === null
      ? autoParser({ receivedAt })
      : findFormat(format)?.compile({ formatString, receivedAt });
  if (!parse) throw new Error(`no format ${format}`);
  return lines
    .flatMap((line) => recordsIn(line) ?? [line])
    .flatMap((line) => {
      const parsed = parseLine(parse, line);
      return line.startsWith("#") ? [] : [parsed];
    });
}

const noRules: SourceRules = { ...plainSource, nodes: [] };

interface Expected {
  name: string;
  /** Of the first line. Null: the format is found by itself. */
  format?: string;
  string?: (text: string) => string;
  node: string | null;
  pool?: string | null;
  session?: string;
  id?: string;
  more?: object;
  /** What the further lines become. */
  further?: object[];
}

const pages: Expected[] = [
  {
    name: "haproxy",
    format: "haproxy",
    string: (text) => statement(text, "haproxy", /log-format ".*"/),
    node: "web-1",
    pool: "web",
    session: "4f8a21c09d",
    id: uuid,
    more: {
      persistence: { state: "VN" },
      captures: { "var(txn.stick)": "SERVERID=web-1" },
      lb: "lb-1",
    },
    further: [{ kind: "change", change: "node-down", pool: "web", node: "web-1" }],
  },
  { name: "haproxy", node: "web-1", pool: "web", session: "4f8a21c09d", id: uuid },
  {
    name: "nginx",
    node: "10.0.1.12:8080",
    session: "4f8a21c09d",
    id: hex,
    more: { lb: "lb-1", attempts: [{ node: "10.0.1.11:8080", status: 502, durationMs: 1 }, {}] },
    further: [{ kind: "change", change: "node-down", node: "10.0.1.11:8080" }],
  },
  {
    name: "nginx",
    format: "nginx",
    string: (text) => statement(text, "nginx", /log_format [\s\S]*?;$/m),
    node: "10.0.1.12:8080",
    session: "4f8a21c09d",
    id: hex,
    more: { cookies: { srv_id: "web-1" } },
  },
  {
    name: "ingress-nginx",
    node: "10.0.1.11:8080",
    pool: "shop-web-80",
    session: "4f8a21c09d",
    id: hex,
    further: [
      { kind: "request", node: "10.0.1.12:8080", pool: "shop-web-80", correlationIds: [hex] },
    ],
  },
  {
    name: "aws-alb",
    node: "10.0.1.11:8080",
    id: "1-67891233-abcdef012345678912345678",
    further: [{ kind: "change", change: "node-down", node: "10.0.1.12:8080", at: at + 8000 }],
  },
  { name: "aws-nlb", node: "10.0.1.11:443", more: { client: { ip: "203.0.113.9" } } },
  { name: "aws-clb", node: "10.0.1.11:8080", more: { client: { ip: "203.0.113.9" } } },
  {
    name: "envoy",
    node: "10.0.1.11:8080",
    pool: "shop",
    session: "4f8a21c09d",
    id: otherUuid,
    more: { retries: 1, cookies: { lb: "MTAuMC4xLjExOjgwODA=" } },
  },
  {
    name: "envoy",
    format: "envoy",
    string: (text) =>
      JSON.stringify(
        Object.fromEntries(
          [...text.matchAll(/^ {10}(\w+): "(%.*%)"$/gm)].map(([, name, value]) => [name, value]),
        ),
      ),
    node: "10.0.1.11:8080",
    session: "4f8a21c09d",
    id: otherUuid,
  },
  {
    name: "traefik",
    node: "10.0.1.11:8080",
    pool: "shop@file",
    session: "4f8a21c09d",
    id: otherUuid,
    further: [{ kind: "request", node: "10.0.1.12:8080" }],
  },
  {
    name: "apache",
    format: "apache",
    string: (text) => statement(text, "apache", /LogFormat .*/),
    node: "web-1",
    pool: "shop",
    session: "4f8a21c09d",
    id: "awEXJKaRy_Sm7MGV6xOpZAAAAEA",
    more: { nodeAddress: "10.0.1.11:8080", persistence: { presented: "web-1" } },
  },
  {
    name: "caddy",
    node: "10.0.1.11:8080",
    session: "4f8a21c09d",
    id: uuid,
    more: { cookies: { lb: "5ea8c2f1" } },
  },
  { name: "gcp", node: "10.0.1.11", pool: "shop", id: "5334e0e7aee6ec1b1a8c34db601241ab" },
  {
    name: "azure-appgw",
    node: "10.0.1.11:8080",
    pool: "shop",
    id: "592d1649f75a8d480a3c4dc6a975309d",
  },
  {
    name: "azure-frontdoor",
    node: "shop-eu.azurewebsites.net:443",
    id: "20261121T081232Z-17587c8c466d76cz",
  },
  {
    name: "iis-arr",
    node: "web-1",
    session: "4f8a21c09d",
    id: uuid,
    more: { cookies: { ARRAffinity: "8c2f1" }, lb: "ARR-1" },
  },
  {
    name: "cloudfront",
    node: null,
    session: "4f8a21c09d",
    id: "375WZmnR4hhhnlZKNn0D_LvkWhAqvWvBsUqySq8f_GOoAPP3k8R8fw==",
  },
  { name: "cloudflare", node: "198.51.100.20", session: "4f8a21c09d", id: otherUuid },
  {
    name: "anything-else",
    format: "pattern",
    string: (text) => blocks(text, "pattern")[0] ?? "",
    node: "10.0.1.11:8080",
    pool: "/Common/shop",
    session: "4f8a21c09d",
    id: uuid,
    more: { persistence: { presented: "184614922.36895.0000" } },
  },
];

describe("The pages on connecting balancers", () => {
  for (const { name, format = null, string, node, pool, session, id, more, further } of pages) {
    const way = string ? "with the format string that stands there" : "without a format string";
    it(`${name}.md shows lines that read ${way} as it says`, () => {
      const text = page(name);
      const [first, ...rest] = read(format, string?.(text) ?? null, linesOf(text));
      const request = asRequest(first);
      expect(Math.floor(request.startedAt / 60_000) * 60_000).toBe(at - 32_000);
      expect(request.node).toBe(node);
      if (pool !== undefined) expect(request.pool).toBe(pool);
      if (more) expect(request).toMatchObject(more);
      expect(sessionInLine(request, noRules).presented).toBe(session ?? null);
      if (id) expect(request.correlationIds).toContain(id);
      for (const [index, expected] of (further ?? []).entries())
        expect(rest[index]).toMatchObject(expected);
    });
  }

  it("kubernetes.md shows an Event that becomes a change of its pod", () => {
    expect(read(null, null, linesOf(page("kubernetes")))).toMatchObject([
      { kind: "change", change: "node-down", node: "web-7d4b9c-x2x9k", at: at - 1000 },
    ]);
  });

  it("anything-else.md shows JSON that its paths read", () => {
    const text = page("anything-else");
    const [first] = read("json", blocks(text, "json-paths")[0] ?? "", linesOf(text, "json-log"));
    const request = asRequest(first);
    expect(request).toMatchObject({
      node: "10.0.1.11:8080",
      path: "/cart",
      query: "item=7",
      durationMs: 14,
      correlationIds: [uuid],
    });
    expect(sessionInLine(request, noRules).presented).toBe("4f8a21c09d");
  });

  it("session-stores.md shows events that are taken", () => {
    const events = linesOf(page("session-stores"), "events").map((line) =>
      readSessionEvent(JSON.parse(line)),
    );
    expect(events).toMatchObject([
      { type: "session.retrieved", store: "redis", hit: true, latencyMs: 1.8, node: "web-1" },
      { type: "session.missing", store: "redis", hit: false },
      { type: "session.created", previousSessionId: "4f8a21c09d" },
    ]);
  });

  it("are linked from connect.md, each of them, and their own links lead somewhere", () => {
    const index = readFileSync(new URL("connect.md", docs), "utf8");
    for (const file of readdirSync(new URL("connect/", docs)))
      expect(index, file).toContain(`(connect/${file}`);
    for (const file of readdirSync(new URL("connect/", docs))) {
      const url = new URL(`connect/${file}`, docs);
      for (const [, target = ""] of readFileSync(url, "utf8").matchAll(
        /\]\(([^)#:]+)(?:#[^)]*)?\)/g,
      ))
        expect(existsSync(new URL(target, url)), `${file}: ${target}`).toBe(true);
    }
  });
});

function asRequest(parsed: ParsedLine | undefined): RequestLine {
  if (parsed?.kind !== "request") throw new Error(`no request: ${JSON.stringify(parsed)}`);
  return parsed;
}
