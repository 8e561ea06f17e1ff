import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { RequestLine } from "@/lib/domain/facts";
import { awsAlb } from ".";

const samples = readFileSync(new URL("samples.log", import.meta.url), "utf8")
  .trim()
  .split("\n");
const parse = awsAlb.compile({ receivedAt: 0 });
const full = samples[0] ?? "";

function request(line: string): RequestLine {
  const parsed = parse(line);
  if (parsed.kind !== "request") throw new Error(`no request: ${JSON.stringify(parsed)}`);
  return parsed;
}

function reason(line: string): string {
  const parsed = parse(line);
  return parsed.kind === "rejected" ? parsed.reason : `not rejected: ${parsed.kind}`;
}

/** The line's first columns, cut at a space outside quotes. */
function columns(line: string, count: number): string {
  return (line.match(/"(?:\\.|[^"\\])*"|\S+/g) ?? []).slice(0, count).join(" ");
}

describe("An ALB access log", () => {
  it("tells who was asked, when it began, and the trace's root", () => {
    expect(request(full)).toMatchObject({
      startedAt: Date.UTC(2026, 10, 21, 8, 12, 32, 135),
      endedAt: Date.UTC(2026, 10, 21, 8, 12, 32, 186) + 0.641,
      durationMs: 51,
      lb: "app/shop/50dc6c495c0c9188",
      pool: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop/73e2d6bc24d8a067",
      node: "10.0.1.4:8080",
      attempts: [{ node: "10.0.1.4:8080", status: 200, durationMs: 48 }],
      client: { ip: "198.51.100.7", port: 2817 },
      method: "GET",
      host: "shop.example",
      path: "/cart",
      query: "item=7",
      protocol: "HTTP/1.1",
      status: 200,
      backendStatus: 200,
      bytesIn: 412,
      bytesOut: 1066,
      userAgent: 'Mozilla/5.0 (a "quoted" agent)',
      tls: { protocol: "TLSv1.2", cipher: "ECDHE-RSA-AES128-GCM-SHA256" },
      correlationIds: ["1-67891233-abcdef012345678912345678"],
      termination: null,
      upgrade: false,
    });
  });

  it("reads every age of the format, from 20 columns to 34 and beyond", () => {
    for (const count of [20, 21, 24, 25, 27, 29, 30, 33, 34]) {
      expect(request(columns(full, count)).node, `${count} columns`).toBe("10.0.1.4:8080");
    }
    expect(request(`${full} new "and newer"`).status).toBe(200);
    expect(request(columns(full, 20)).startedAt).toBeCloseTo(
      Date.UTC(2026, 10, 21, 8, 12, 32, 186) + 0.641 - 51,
      3,
    );
  });

  it("begins a WebSocket when it was opened, and marks the upgrade", () => {
    expect(request(samples[1] ?? "")).toMatchObject({
      startedAt: Date.UTC(2026, 10, 21, 8, 10),
      endedAt: Date.UTC(2026, 10, 21, 8, 20),
      upgrade: true,
      client: { ip: "2001:db8::7", port: 40914 },
      node: "[2001:db8::a]:8010",
    });
  });

  it("has no node where no target answered, and says why", () => {
    expect(request(samples[2] ?? "")).toMatchObject({
      node: null,
      attempts: [],
      backendStatus: null,
      termination: "LambdaInvalidResponse",
    });
  });

  it("is rejected with the field's number and name where it breaks", () => {
    expect(reason(full.replace("https 2026", "tcp 2026"))).toMatch(/^field 1 type: .* got "tcp"$/);
    expect(reason(full.replace("0.048", "x"))).toBe(
      'field 7 target_processing_time: expected seconds or -1, got "x"',
    );
    expect(reason(columns(full, 12))).toMatch(/^field 13 request: expected 20 columns or more/);
    expect(reason(full.slice(0, full.indexOf("Self=") + 12))).toMatch(
      /its quote is not closed, the line was cut$/,
    );
    expect(reason("2026-11-21T08:12:32.186641Z 198.51.100.7 2817 443 TLSv1.2")).toMatch(
      /^field 1 type/,
    );
  });
});
