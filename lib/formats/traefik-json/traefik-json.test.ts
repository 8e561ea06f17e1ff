import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { traefikJson } from ".";

const [first = "", nowhere = ""] = readFileSync(
  new URL("samples.log", import.meta.url),
  "utf8",
).split("\n");
const parse = traefikJson.compile({ receivedAt: 0 });

describe("Traefik's JSON log", () => {
  it("tells service, server, retries and the cookies that were kept", () => {
    expect(parse(first)).toMatchObject({
      startedAt: Date.UTC(2026, 10, 21, 8, 12, 32, 135),
      durationMs: 51,
      pool: "shop@docker",
      node: "10.0.1.4:8080",
      attempts: [{ node: "10.0.1.4:8080", status: 200, durationMs: 48 }],
      client: { ip: "198.51.100.7", port: 40112 },
      cookies: { sid: "abc", stick: "3c1f" },
      setCookies: { stick: "77aa" },
      correlationIds: ["0f6cd3a2-9c55-4c8e-9d7a-0f2b6d3f1c11"],
      retries: 1,
      query: "item=7",
    });
  });

  it("knows no node where no router was found", () => {
    expect(parse(nowhere)).toMatchObject({ status: 404, node: null, attempts: [], pool: null });
  });

  it("names the member that is wrong, and rejects Traefik's other log lines", () => {
    expect(parse(first.replace('"Duration":51000000', '"Duration":"long"'))).toMatchObject({
      reason: 'member "Duration": expected a duration, got "long"',
    });
    expect(parse('{"level":"debug","msg":"started","time":"2026-11-21T08:12:32Z"}').kind).toBe(
      "rejected",
    );
  });
});
