import { NextRequest, NextResponse } from "next/server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SessionReporter } from "./hopwatch";
import { route, sessionReader } from "./next";
import { EventTaker } from "./testing/event-taker";

let house: EventTaker;
let reporter: SessionReporter;
beforeEach(async () => {
  house = new EventTaker();
  await house.start();
  reporter = new SessionReporter({ url: house.url, key: house.key, node: "web-3" });
});
afterEach(async () => {
  await reporter.close();
  await house.stop();
});

const sessions = new Map([["abc 1", { cart: 2 }]]);

const ask = (cookie: string, id: string) =>
  new NextRequest("http://shop.example/api/cart", {
    headers: { cookie, "x-request-id": id },
  });

describe("a Next.js route handler", () => {
  it("answers as before, and tells of the session it read with the request's correlation ID", async () => {
    const sessionOf = sessionReader(reporter, { cookie: "sid", store: "redis" }, async (key) =>
      sessions.get(key),
    );
    const GET = route(reporter, async (request: NextRequest, context: { params: string }) => {
      const session = await sessionOf(request.headers);
      if (!session) reporter.report({ type: "session.created", sessionId: "new" });
      return NextResponse.json({ cart: session?.cart ?? 0, params: context.params });
    });
    const known = await GET(ask("theme=dark; sid=abc%201", "req-1"), { params: "p" });
    expect(await known.json()).toEqual({ cart: 2, params: "p" });
    const lost = await GET(ask("sid=gone", "req-2"), { params: "p" });
    expect(await lost.json()).toEqual({ cart: 0, params: "p" });
    expect((await (await GET(ask("", "req-3"), { params: "" })).json()).cart).toBe(0);
    await reporter.flush();
    expect(
      house.taken.map(({ type, sessionId, correlationId, hit }) => [
        type,
        sessionId,
        correlationId,
        hit,
      ]),
    ).toEqual([
      ["session.retrieved", "abc 1", "req-1", true],
      ["session.missing", "gone", "req-2", false],
      ["session.created", "new", "req-2", null],
      ["session.created", "new", "req-3", null],
    ]);
    expect(house.taken[0]).toMatchObject({ node: "web-3", store: "redis" });
  });

  it("lets a store's failure through and reports it by its name only", async () => {
    const sessionOf = sessionReader(reporter, { cookie: "sid", store: "redis" }, async () => {
      throw Object.assign(new Error("secret text"), { code: "ECONNREFUSED" });
    });
    await expect(sessionOf(ask("sid=%zz", "req-4").headers)).rejects.toThrow("secret text");
    await reporter.flush();
    expect(house.taken).toMatchObject([
      { type: "session.missing", sessionId: "%zz", attributes: { error: "ECONNREFUSED" } },
    ]);
  });
});
