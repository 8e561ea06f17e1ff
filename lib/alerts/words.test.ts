import { describe, expect, it } from "vitest";
import type { AlertContent } from "@/lib/schemas/alerts";
import { summaryOf } from "./words";

const place = (name: string, involved: boolean) => ({
  name,
  involved,
  bad: involved ? 9 : 0,
  requests: 100,
  share: involved ? 1 : 0,
});

const content: AlertContent = {
  summary: "",
  onset: "2026-11-21T12:00:00.000Z",
  to: "2026-11-21T12:05:00.000Z",
  sessions: 340,
  affectedSessions: 24,
  lostSessions: 0,
  bounces: 30,
  nodes: [place("web-3", true), place("web-1", false), place("web-2", false)],
  lbs: [place("edge-1", true), place("edge-2", true)],
  causes: [],
  suspects: [],
  samples: [],
  series: [],
  runbook: null,
};
const incident = { pool: "shop", subject: "infrastructure", rules: [] };
const told = (more: Partial<AlertContent>) =>
  summaryOf(incident, "failover", { ...content, ...more }, (ms) => `${ms} ms`);

describe("an alert's sentence", () => {
  it("says where it is, and how many places are fine", () => {
    expect(told({})).toBe(
      "24 of 340 sessions of shop affected, none lost, on web-3 (the other 2 are fine), through both balancers: failover.",
    );
    expect(told({ lostSessions: 3, lbs: [place("edge-1", true), place("edge-2", false)] })).toBe(
      "24 of 340 sessions of shop affected, 3 lost, on web-3 (the other 2 are fine), through edge-1 (the other is fine): failover.",
    );
  });

  it("calls no place fine that has a part of it", () => {
    const nodes = [place("web-3", true), { ...place("web-1", false), bad: 2 }];
    expect(told({ nodes, lbs: [] })).toContain("none lost, on web-3: failover.");
  });

  it("says how many lines could not be read, also once all can be read again", () => {
    const rules = [{ id: "rejects", name: "Rejects", value: 0, peak: 0.61 }];
    const rejects = { pool: null, subject: "rejects:edge-1", rules };
    expect(summaryOf(rejects, null, content, String)).toBe(
      "Up to 61% of the lines of edge-1 could not be read.",
    );
  });

  it("names no more places than one reads, and says that there are more", () => {
    const nodes = Array.from({ length: 10 }, (_, n) => place(`web-${n}`, n < 8));
    expect(told({ nodes, lbs: [] })).toContain(
      "on web-0, web-1, web-2, web-3, web-4, web-5 and 2 more (the other 2 are fine):",
    );
    expect(told({ nodes: nodes.slice(0, 8), lbs: [] })).toContain("on all 8 nodes:");
  });
});
