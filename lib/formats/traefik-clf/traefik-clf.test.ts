import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { traefikClf } from ".";

const [first = "", nowhere = "", six = ""] = readFileSync(
  new URL("samples.log", import.meta.url),
  "utf8",
).split("\n");
const parse = traefikClf.compile({ receivedAt: 0 });

describe("Traefik's common log", () => {
  it("names the server by its address, and the pool by the router that led there", () => {
    expect(parse(first)).toMatchObject({
      pool: "shop@docker",
      node: "10.0.1.4:8080",
      durationMs: 51,
    });
    expect(parse(six)).toMatchObject({ pool: "shop@file", node: "[2001:db8::20]:8443" });
  });

  it("knows no node where no router was found", () => {
    expect(parse(nowhere)).toMatchObject({ status: 404, node: null, attempts: [], pool: null });
  });

  it("reads a missing status, an unquoted referrer and the generic form", () => {
    expect(parse(first.replace('200 1066 "-"', "- - -"))).toMatchObject({
      status: null,
      bytesOut: null,
    });
    expect(
      parse('127.0.0.1 - frank [21/Nov/2026:08:12:32 -0700] "GET / HTTP/1.0" 200 2326'),
    ).toMatchObject({
      status: 200,
      node: null,
    });
  });

  it("names the field that a broken line stops at", () => {
    expect(parse(first.replace("51ms", "soon ms"))).toMatchObject({
      reason: expect.stringContaining('"duration"'),
    });
  });
});
