import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { caddyJson } from ".";

const [first = "", second = ""] = readFileSync(
  new URL("samples.log", import.meta.url),
  "utf8",
).split("\n");
const parse = caddyJson.compile({ receivedAt: 0 });

describe("Caddy's log", () => {
  it("tells the appended upstream, the cookies and the begin from the end", () => {
    expect(parse(first)).toMatchObject({
      startedAt: Date.UTC(2026, 10, 21, 8, 12, 32, 135),
      endedAt: Date.UTC(2026, 10, 21, 8, 12, 32, 186),
      node: "10.0.1.4:8080",
      client: { ip: "198.51.100.7", port: 40112 },
      cookies: { sid: "abc", lb: "4f2a" },
      setCookies: { lb: "77aa", seen: "1" },
      correlationIds: ["0f6cd3a2-9c55-4c8e-9d7a-0f2b6d3f1c11"],
      tls: { protocol: "TLSv1.3", cipher: "TLS_AES_128_GCM_SHA256" },
    });
  });

  it("reads Go's durations, knows hidden cookies for none and status 0 for no answer", () => {
    expect(parse(second)).toMatchObject({ durationMs: 1.5, cookies: {}, status: null, node: null });
  });

  it("names the member that is wrong", () => {
    expect(parse(second.replace("1.5ms", "long"))).toMatchObject({
      reason: expect.stringContaining('member "duration"'),
    });
    expect(parse(first.replace('"status":200', '"status":"fine"'))).toMatchObject({
      reason: expect.stringContaining('member "status"'),
    });
  });
});
