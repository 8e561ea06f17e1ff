import type { Overview } from "@/lib/schemas/results";

type Point = Overview["series"][number];

/** A step of a series for tests: everything unknown but what is given. */
export function aPoint(at: string, given: Partial<Point> = {}): Point {
  return {
    at,
    requests: 0,
    requestsPerSecond: null,
    sessions: null,
    bounces: null,
    unexplainedBounces: null,
    lostSessions: null,
    continuityRate: null,
    errorRate: null,
    p95Ms: null,
    bouncesByCause: {},
    ...given,
  };
}

const none = { value: null, previous: null };

/** An hour's overview for tests: everything unknown but what is given. */
export function anOverview(given: Partial<Overview> = {}): Overview {
  return {
    from: "2026-11-21T02:00:00Z",
    to: "2026-11-21T03:00:00Z",
    stepMs: 60_000,
    continuityRate: none,
    objective: 0.995,
    requests: none,
    requestsPerSecond: none,
    sessions: none,
    affectedSessions: none,
    bounces: none,
    unexplainedBounces: none,
    lostSessions: none,
    errorRate: none,
    p50Ms: none,
    p95Ms: none,
    p99Ms: none,
    bouncesByCause: {},
    series: [],
    previousSeries: [],
    changes: [],
    newestAt: null,
    ...given,
  };
}

/** A change for tests. */
export function aChange(
  at: string,
  kind: Overview["changes"][number]["kind"],
  given: Partial<Overview["changes"][number]> = {},
): Overview["changes"][number] {
  return {
    id: `${kind}-${at}`,
    at,
    kind,
    pool: null,
    node: null,
    lb: null,
    title: kind,
    url: null,
    author: null,
    ...given,
  };
}
