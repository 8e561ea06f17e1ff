import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { Problem } from "@/lib/domain/problem";
import { isLocalRequest, localHeader } from "./access";
import { readConfig } from "./config";
import { createLog } from "./log";
import { jsonBody, query, route } from "./route";
import { type Runtime, setRuntime } from "./runtime";

const context = { params: Promise.resolve({}) };

function prepare(env: Record<string, string> = {}): void {
  const partial: Partial<Runtime> = {
    config: readConfig(env),
    log: createLog("silent", false),
  };
  Object.assign(partial, {
    ingestKeys: {
      verify: async (key: string) => (key === "right-key" ? { id: 1, name: "first" } : null),
    },
    sessions: { isValid: async (cookie: string) => cookie === "right" },
  });
  Reflect.apply(setRuntime, undefined, [partial]);
}

function call(headers: Record<string, string> = {}, method = "GET"): Request {
  return new Request("http://hopwatch.test/api/v1/x?a=1&b=2&b=3", {
    method,
    headers: { host: "hopwatch.test", ...headers },
  });
}

const ok = () => new Response("ok");

beforeEach(() => prepare());

describe("a route", () => {
  it("takes facts only with an ingest key", async () => {
    const guarded = route("ingest", (_request, { caller }) => Response.json(caller));
    expect((await guarded(call(), context)).status).toBe(401);
    expect((await guarded(call({ authorization: "Bearer wrong" }), context)).status).toBe(401);
    expect((await guarded(call({ [localHeader]: "1" }), context)).status).toBe(401);
    const answer = await guarded(call({ authorization: "Bearer right-key" }), context);
    expect(await answer.json()).toEqual({ kind: "ingest", keyId: 1, keyName: "first" });
  });

  it("shows results to this machine, to who is logged in, and to who has the viewer token", async () => {
    prepare({ HOPWATCH_VIEWER_TOKEN: "a-viewer-token-of-mine" });
    const guarded = route("view", ok);
    const status = async (headers: Record<string, string>) =>
      (await guarded(call(headers), context)).status;
    expect(await status({})).toBe(401);
    expect(await status({ [localHeader]: "1" })).toBe(200);
    expect(await status({ cookie: "a=b; hopwatch_session=right" })).toBe(200);
    expect(await status({ cookie: "hopwatch_session=wrong" })).toBe(401);
    expect(await status({ authorization: "Bearer a-viewer-token-of-mine" })).toBe(200);
    expect(await status({ authorization: "Bearer right-key" })).toBe(401);
  });

  it("lets nobody change anything from another site's page", async () => {
    const guarded = route("admin", ok);
    const status = async (headers: Record<string, string>) =>
      (await guarded(call({ [localHeader]: "1", ...headers }, "PUT"), context)).status;
    expect(await status({})).toBe(200);
    expect(await status({ origin: "http://hopwatch.test", "sec-fetch-site": "same-origin" })).toBe(
      200,
    );
    expect(await status({ origin: "http://evil.test" })).toBe(403);
    expect(await status({ origin: "null" })).toBe(403);
    expect(await status({ "sec-fetch-site": "same-site" })).toBe(403);
  });

  it("does not let a viewer token change anything", async () => {
    prepare({ HOPWATCH_VIEWER_TOKEN: "a-viewer-token-of-mine" });
    const headers = { authorization: "Bearer a-viewer-token-of-mine" };
    expect((await route("admin", ok)(call(headers, "PUT"), context)).status).toBe(403);
  });

  it("answers what went wrong as problem+json", async () => {
    const failing = (error: Error) =>
      route("public", () => {
        throw error;
      })(call(), context);
    const gone = await failing(
      new Problem(429, "Too Many Requests", "Slower", { headers: { "Retry-After": "3" } }),
    );
    expect(gone.status).toBe(429);
    expect(gone.headers.get("retry-after")).toBe("3");
    expect(gone.headers.get("content-type")).toBe("application/problem+json");
    expect(await gone.json()).toEqual({
      type: "about:blank",
      status: 429,
      title: "Too Many Requests",
      detail: "Slower",
    });
    const unknown = await failing(new Error("a secret detail"));
    expect(unknown.status).toBe(500);
    expect(await unknown.text()).not.toContain("secret");
    const away = await failing(Object.assign(new Error("no"), { code: "ECONNREFUSED" }));
    expect(away.status).toBe(503);
    expect(away.headers.get("retry-after")).toBe("2");
  });

  it("names each parameter that is not valid", async () => {
    const schema = z.object({ a: z.coerce.number().max(0), b: z.array(z.string()) });
    const answer = await route("public", (request) => Response.json(query(request, schema)))(
      call(),
      context,
    );
    expect(answer.status).toBe(400);
    expect((await answer.json()).errors).toEqual([{ path: "a", message: expect.any(String) }]);
  });

  it("reads JSON up to a limit", async () => {
    const schema = z.object({ n: z.number() });
    const reading = route("public", async (request) =>
      Response.json(await jsonBody(request, schema, 20)),
    );
    const status = async (body: string) =>
      (await reading(new Request("http://h/", { method: "POST", body }), context)).status;
    expect(await status('{"n":1}')).toBe(200);
    expect(await status('{"n":"1"}')).toBe(400);
    expect(await status("{")).toBe(400);
    expect(await status(JSON.stringify({ n: 1, text: "x".repeat(30) }))).toBe(413);
  });
});

describe("a request of this machine", () => {
  const from =
    (headers: Record<string, string>, peer = "127.0.0.1") =>
    (listening = "127.0.0.1") =>
      isLocalRequest(listening, peer, (name) => headers[name]);

  it("names this machine as its host and comes straight from it", () => {
    expect(from({ host: "localhost:3000" })()).toBe(true);
    expect(from({ host: "[::1]:3000" }, "::1")("::1")).toBe(true);
    expect(from({ host: "127.0.0.1:3000" }, "::ffff:127.0.0.1")()).toBe(true);
  });

  it("is not one of a page whose name was made to point here, nor one that a proxy passed on", () => {
    expect(from({ host: "rebound.example:3000" })()).toBe(false);
    expect(from({ host: "127.0.0.1.evil.example" })()).toBe(false);
    expect(from({ host: "localhost:3000", "x-forwarded-for": "192.0.2.1" })()).toBe(false);
    expect(from({ host: "localhost:3000" }, "192.0.2.1")()).toBe(false);
    expect(from({ host: "localhost:3000" })("0.0.0.0")).toBe(false);
    expect(from({})()).toBe(false);
  });
});
