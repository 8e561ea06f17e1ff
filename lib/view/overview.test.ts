import { describe, expect, it } from "vitest";
import {
  bounceRows,
  causeShares,
  figureCells,
  lineRows,
  stepInWords,
  unexplainedOf,
} from "./overview";
import { anOverview, aPoint } from "./overview.fixture";

describe("figureCells", () => {
  it("writes continuity in percent with the change in percentage points", () => {
    const overview = anOverview({ continuityRate: { value: 0.9684, previous: 0.9955 } });
    const cell = figureCells(overview).find(({ metric }) => metric === "continuity");
    expect(cell).toMatchObject({
      value: "96.84",
      unit: "%",
      delta: { direction: "down", text: "2.7 pp", bad: true },
      note: "was 99.55%, aim 99.5%",
      bad: true,
    });
  });

  it("reckons bounces per minute from the length of the range", () => {
    const overview = anOverview({ bounces: { value: 2170, previous: 333 } });
    const cell = figureCells(overview).find(({ metric }) => metric === "bounces");
    expect(cell).toMatchObject({ value: "36.2", note: "was 5.5", bad: true });
  });

  it("tells a quiet pool's figures an hour, where a second's or a minute's would be small fractions", () => {
    const overview = anOverview({
      bounces: { value: 2, previous: 1 },
      requestsPerSecond: { value: 0.04, previous: 0.0005 },
    });
    const cell = (wanted: string) => figureCells(overview).find(({ metric }) => metric === wanted);
    expect(cell("bounces")).toMatchObject({ label: "Bounces per hour", value: "2", note: "was 1" });
    expect(cell("requests")).toMatchObject({ value: "2.4", unit: "/min", note: "was 1.8 /h" });
  });

  it("is not alarmed by a change that happens by chance", () => {
    const overview = anOverview({
      bounces: { value: 12, previous: 10 },
      continuityRate: { value: 0.9951, previous: 0.9955 },
    });
    expect(figureCells(overview).some(({ bad }) => bad)).toBe(false);
  });

  it("shows no change where there is no period before", () => {
    const overview = anOverview({ lostSessions: { value: 4, previous: null } });
    const cell = figureCells(overview).find(({ metric }) => metric === "lost");
    expect(cell).toMatchObject({ value: "4", delta: null, note: "", bad: false });
  });

  it("writes what is not known as a dash, never as zero", () => {
    const overview = anOverview({ p95Ms: { value: null, previous: null } });
    const cell = figureCells(overview).find(({ metric }) => metric === "latency");
    expect(cell).toMatchObject({ value: "–", unit: "" });
  });

  it("splits a duration into its number and its unit", () => {
    const overview = anOverview({ p95Ms: { value: 2840, previous: 158 } });
    const cell = figureCells(overview).find(({ metric }) => metric === "latency");
    expect(cell).toMatchObject({ value: "2.8", unit: "s" });
  });
});

describe("causeShares", () => {
  it("puts the most frequent cause first and leaves out those that did not occur", () => {
    expect(causeShares({ failover: 1, drain: 3, retry: 0 })).toEqual([
      { cause: "drain", bounces: 3, share: 0.75 },
      { cause: "failover", bounces: 1, share: 0.25 },
    ]);
  });

  it("counts infrastructure as explained", () => {
    expect(unexplainedOf({ failover: 5, "cookie-not-sent": 2, unknown: 1 })).toBe(3);
  });
});

describe("the chart's rows", () => {
  const overview = anOverview({
    series: [
      aPoint("2026-11-21T02:00:00Z", { requests: 10, bouncesByCause: { failover: 2, drain: 1 } }),
      aPoint("2026-11-21T02:01:00Z", { requests: null }),
    ],
    previousSeries: [
      aPoint("2026-11-21T01:00:00Z", { requests: 8, bouncesByCause: { failover: 4 } }),
    ],
  });

  it("tell silence from zero", () => {
    const rows = bounceRows(overview, ["failover", "drain"]);
    expect(rows[0]).toMatchObject({
      silent: false,
      values: { failover: 2, drain: 1 },
      previous: 4,
    });
    expect(rows[1]).toMatchObject({ silent: true, previous: null });
  });

  it("hold only the causes that are shown, in the period before too", () => {
    expect(bounceRows(overview, ["drain"])[0]).toMatchObject({ values: { drain: 1 }, previous: 0 });
  });

  it("hold one measure under one key", () => {
    expect(lineRows(overview, "requests")[0]?.values).toEqual({ value: null });
  });
});

it("writes a step in its largest unit", () => {
  expect([10_000, 60_000, 300_000, 3_600_000, 86_400_000].map(stepInWords)).toEqual([
    "10 s",
    "1 min",
    "5 min",
    "1 h",
    "1 d",
  ]);
});
