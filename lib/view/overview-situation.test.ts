import { describe, expect, it } from "vitest";
import { aChange, anOverview, aPoint } from "./overview.fixture";
import { onsetOf, situation } from "./overview-situation";

function told(...given: Parameters<typeof situation>): string | undefined {
  return situation(...given)
    ?.words.map((words) =>
      words.kind === "time" ? new Date(words.at).toISOString().slice(11, 19) : words.text,
    )
    .join("");
}

const rising = [0, 1, 0, 1, 0, 0, 18, 22, 19, 20].map((failover, minute) =>
  aPoint(`2026-11-21T02:0${minute}:00Z`, { requests: 100, bouncesByCause: { failover } }),
);

describe("situation", () => {
  it("names scope, size, comparison, main cause and the change next to which it began", () => {
    const overview = anOverview({
      requests: { value: 1000, previous: 900 },
      sessions: { value: 100, previous: 90 },
      bounces: { value: 81, previous: 12 },
      bouncesByCause: { failover: 81 },
      series: rising,
      lostSessions: { value: 4, previous: 0 },
      changes: [
        aChange("2026-11-21T02:05:40Z", "node-down", { node: "web-03" }),
        aChange("2026-11-21T02:05:50Z", "other", { title: "a coupon was sent" }),
      ],
    });
    expect(told(overview, "checkout", "this hour")).toBe(
      "checkout bounced 81 times this hour, up from 12. All of it is failover, which began about when web-03 went down at 02:05:40. 4 sessions were lost.",
    );
    expect(situation(overview, "checkout", "this hour")?.bad).toBe(true);
  });

  it("says that nothing bounced, and of how much", () => {
    const overview = anOverview({
      requests: { value: 6_648_120, previous: 10 },
      sessions: { value: 10, previous: 10 },
      bounces: { value: 0, previous: 3 },
    });
    expect(told(overview, null, "this hour")).toBe(
      "No bounces this hour. All 6,648,120 requests stayed on their node.",
    );
  });

  it("tells of lost sessions also where nothing bounced, and of a single request as of one", () => {
    const overview = anOverview({
      requests: { value: 1, previous: 0 },
      sessions: { value: 1, previous: 0 },
      bounces: { value: 0, previous: 0 },
      lostSessions: { value: 40, previous: 0 },
      continuityRate: { value: 0.5, previous: null },
    });
    expect(told(overview, "shop", "this hour")).toBe(
      "No bounces this hour in shop. The only request stayed on its node. 40 sessions were lost.",
    );
    expect(situation(overview, "shop", "this hour")?.bad).toBe(true);
  });

  it("does not call it sticky when no request had a session", () => {
    const overview = anOverview({
      requests: { value: 40, previous: null },
      sessions: { value: 0, previous: null },
      bounces: { value: 0, previous: null },
    });
    expect(told(overview, "shop", "this hour")).toBe(
      "shop had 40 requests this hour, none with a session.",
    );
  });

  it("answers first whether stickiness holds, against what is aimed at", () => {
    const verdict = (value: number | null) =>
      situation(
        anOverview({
          requests: { value: 100, previous: null },
          sessions: { value: 50, previous: null },
          bounces: { value: 1, previous: null },
          continuityRate: { value, previous: null },
          objective: 0.99,
        }),
        null,
        "this hour",
      )?.verdict;
    expect(verdict(1)).toEqual({ text: "Stickiness holds", bad: false });
    expect(verdict(0.9951)).toEqual({ text: "Stickiness holds: 99.51% kept", bad: false });
    expect(verdict(0.9)).toEqual({ text: "Stickiness fails: 90.0% kept, aim 99.0%", bad: true });
    expect(verdict(null)).toBeNull();
  });

  it("says nothing where nothing was received", () => {
    expect(situation(anOverview(), null, "this hour")).toBeNull();
  });

  it("writes one bounce as once", () => {
    const overview = anOverview({
      requests: { value: 40, previous: null },
      sessions: { value: 4, previous: null },
      bounces: { value: 1, previous: null },
      bouncesByCause: { unknown: 1 },
    });
    expect(told(overview, "shop", "this hour")).toBe(
      "shop bounced once this hour. None of it has a proved cause.",
    );
  });
});

describe("onsetOf", () => {
  it("finds the step in which a cause rose", () => {
    expect(onsetOf(anOverview({ series: rising }), "failover")).toBe(
      Date.parse("2026-11-21T02:06:00Z"),
    );
  });

  it("finds none where the cause was there from the start", () => {
    const steady = [9, 10, 8, 11, 10].map((drain, minute) =>
      aPoint(`2026-11-21T02:0${minute}:00Z`, { bouncesByCause: { drain } }),
    );
    expect(onsetOf(anOverview({ series: steady }), "drain")).toBeNull();
  });
});
