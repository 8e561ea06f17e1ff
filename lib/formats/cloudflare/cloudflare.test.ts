import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { cloudflare } from ".";

const [first = "", cached = ""] = readFileSync(
  new URL("samples.log", import.meta.url),
  "utf8",
).split("\n");
const parse = cloudflare.compile({ receivedAt: 0 });

describe("Cloudflare's log", () => {
  it("tells origin, ray and the fields that were asked for", () => {
    expect(parse(first)).toMatchObject({
      startedAt: Date.UTC(2026, 10, 21, 8, 12, 32),
      endedAt: Date.UTC(2026, 10, 21, 8, 12, 33),
      node: "10.0.1.4",
      attempts: [{ node: "10.0.1.4", status: 200, durationMs: 48 }],
      cookies: { sid: "abc", __cflb: "02Di" },
      correlationIds: ["710e98d9367f357d", "0f6cd3a2-9c55-4c8e-9d7a-0f2b6d3f1c11"],
    });
  });

  it("knows no node for an answer from the cache, and reads nanoseconds", () => {
    expect(parse(cached)).toMatchObject({
      startedAt: Date.UTC(2026, 10, 21, 8, 12, 33),
      durationMs: 4,
      node: null,
      captures: { cache: "hit" },
    });
  });

  it("names the member that is wrong", () => {
    expect(parse(first.replace("2026-11-21T08:12:32Z", "yesterday"))).toMatchObject({
      reason: expect.stringContaining('member "EdgeStartTimestamp"'),
    });
  });
});
