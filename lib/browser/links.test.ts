import { describe, expect, it } from "vitest";
import { apiPath } from "./ask";
import { carriedHref, rangeParams } from "./page-params";
import { permalink } from "./permalink";

const now = Date.parse("2026-11-21T03:13:00Z");

describe("carriedHref", () => {
  it("keeps range, pool and zone, and nothing else", () => {
    const search = new URLSearchParams("from=now-6h&pool=shop&tz=utc&cause=drain");
    expect(carriedHref("/nodes", search)).toBe("/nodes?from=now-6h&pool=shop&tz=utc");
  });

  it("adds and drops what the link asks for", () => {
    const search = new URLSearchParams("from=now-6h&pool=shop");
    expect(carriedHref("/sessions", search, { from: null, node: "web-03" })).toBe(
      "/sessions?pool=shop&node=web-03",
    );
  });
});

const whole = { ranged: true, follows: true };

describe("permalink", () => {
  it("opens later what is seen now", () => {
    const link = new URL(
      permalink("http://h.test/?pool=shop&cause=drain&live=true", now, "Europe/Berlin", whole),
    );
    expect(Object.fromEntries(link.searchParams)).toEqual({
      pool: "shop",
      cause: "drain",
      from: "2026-11-21T02:13:00.000Z",
      to: "2026-11-21T03:13:00.000Z",
      tz: "Europe/Berlin",
      live: "false",
    });
  });

  it("fixes both windows of a comparison", () => {
    const link = new URL(
      permalink("http://h.test/compare?before=now-2h/now-1h&after=now-1h/now", now, "UTC", whole),
    );
    expect(link.searchParams.get("before")).toBe(
      "2026-11-21T01:13:00.000Z/2026-11-21T02:13:00.000Z",
    );
    expect(link.searchParams.get("after")).toBe(
      "2026-11-21T02:13:00.000Z/2026-11-21T03:13:00.000Z",
    );
  });

  it("does not give a range to a page that has none", () => {
    const week = permalink("http://h.test/weekly/2026-W47?live=true", now, "UTC", {
      ranged: false,
      follows: false,
    });
    expect(week).toBe("http://h.test/weekly/2026-W47?tz=utc");
    const session = permalink("http://h.test/sessions/7f3a?hop=2", now, "UTC", {
      ranged: false,
      follows: true,
    });
    expect(session).toBe("http://h.test/sessions/7f3a?hop=2&tz=utc&live=false");
  });
});

it("falls back to the last hour when the range in the address is not a time", () => {
  expect(rangeParams({ from: "x", to: "now", pool: "shop" }, now)).toEqual({
    from: "now-1h",
    to: "now",
    pool: "shop",
  });
});

it("leaves parameters without a value out of the question", () => {
  expect(apiPath("/sessions", { from: "now-1h", lost: false, pingPong: true, cursor: null })).toBe(
    "/api/v1/sessions?from=now-1h&pingPong=true",
  );
});
