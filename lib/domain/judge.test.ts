import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { causes, isExplained } from "./causes";
import type { HistoryEvent, HistoryRequest } from "./history";
import {
  change,
  event,
  haproxy,
  history,
  judged,
  nginx,
  pool,
  poolBound,
  request,
} from "./history-samples";
import { judgeSession } from "./judge";
import type { ChangeFact } from "./pool-context";

/** HAProxy requests as a hostile world might log them. */
const requests: fc.Arbitrary<HistoryRequest[]> = fc
  .array(
    fc.record({
      at: fc.integer({ min: 0, max: 120_000 }),
      node: fc.constantFrom("app1", "app2", "app3", null),
      flags: fc.constantFrom("--VN", "--NI", "--NN", "--DI", "--EI", "--II", "----", null),
      lb: fc.constantFrom("lb1", "lb2"),
      client: fc.constantFrom("192.0.2.1", "192.0.2.2", null),
      presented: fc.constantFrom("s1", "s2", null),
      inserted: fc.constantFrom("s1", "s2", null),
      redispatched: fc.constantFrom(true, false, null),
      retries: fc.constantFrom(0, 1, null),
      upgrade: fc.boolean(),
      durationMs: fc.integer({ min: 0, max: 3_000 }),
      coarse: fc.boolean(),
      status: fc.constantFrom(200, 101, 502, 503),
      failed: fc.constantFrom("app1", "app2", null),
    }),
    { maxLength: 25 },
  )
  .map((all) =>
    all.map(({ at, node, flags, failed, ...more }, i) => ({
      ...request(at, node, more),
      attempts: [failed, node].flatMap((n) =>
        n === null ? [] : [{ node: n, status: 502, durationMs: 1 }],
      ),
      termination: flags,
      persistenceState: flags?.slice(2) ?? null,
      id: `r${i}`,
      correlationIds: [`c${i}`],
    })),
  );

const events: fc.Arbitrary<HistoryEvent[]> = fc
  .array(
    fc.record({
      at: fc.integer({ min: 0, max: 120_000 }),
      type: fc.constantFrom(
        "session.created" as const,
        "session.retrieved" as const,
        "session.missing" as const,
        "session.destroyed" as const,
      ),
      node: fc.constantFrom("app1", "app2", null),
      correlation: fc.constantFrom("c0", "c1", "c2", null),
      store: fc.constantFrom("redis", "memory", null),
    }),
    { maxLength: 12 },
  )
  .map((all) =>
    all.map(({ at, type, node, ...more }, i) => ({ ...event(at, type, node, more), id: `e${i}` })),
  );

const changes: fc.Arbitrary<ChangeFact[]> = fc.array(
  fc
    .record({
      at: fc.integer({ min: 0, max: 120_000 }),
      kind: fc.constantFrom(
        "node-down" as const,
        "node-up" as const,
        "node-drain" as const,
        "config" as const,
        "deploy" as const,
      ),
      node: fc.constantFrom("app1", "app2", null),
    })
    .map(({ at, kind, node }) => change(at, kind, node)),
  { maxLength: 8 },
);

const rules = fc.constantFrom(
  "cookie" as const,
  "source-ip" as const,
  "hash" as const,
  "none" as const,
  null,
);

function shuffled<T>(items: readonly T[], luck: readonly number[]): T[] {
  return items
    .map((item, i) => ({ item, key: luck[i % luck.length] ?? 0, i }))
    .sort((a, b) => a.key - b.key || b.i - a.i)
    .map(({ item }) => item);
}

it("tells each way to and fro by itself, so that the evidence of a session's last bounce is no longer than of its third", () => {
  const requests = Array.from({ length: 200 }, (_, n) => ({
    ...haproxy(n * 1_000, n % 2 === 0 ? "app1" : "app2", "--VN"),
    id: `r${n}`,
  }));
  const { bounces } = judgeSession(history(requests), pool());
  expect(bounces).toHaveLength(199);
  const lengths = bounces.slice(2).map(({ verdict }) => verdict.evidence.length);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(lengths[0] ?? 0);
  for (const { verdict } of bounces)
    expect(verdict.evidence.filter(({ field }) => field === "isReturn").length).toBeLessThan(2);
});

describe("judgeSession", () => {
  it("answers the same whatever the order of the facts and however often each was told", () => {
    fc.assert(
      fc.property(
        requests,
        events,
        changes,
        rules,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 }),
        (some, told, marks, rule, luck) => {
          const context =
            rule === null ? pool({ changes: marks }) : poolBound(rule, { changes: marks });
          const again = { ...context, changes: shuffled(marks, luck) };
          const first = judgeSession(history(some, told), context);
          const second = judgeSession(
            history(shuffled([...some, ...some], luck), shuffled([...told, ...told], luck)),
            again,
          );
          expect(second).toEqual(first);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("gives every bounce a cause it can show evidence for, and a confidence from 0 to 1", () => {
    fc.assert(
      fc.property(requests, events, changes, rules, (some, told, marks, rule) => {
        const context =
          rule === null ? pool({ changes: marks }) : poolBound(rule, { changes: marks });
        const { bounces, losses } = judgeSession(history(some, told), context);
        for (const { verdict, from, to } of bounces) {
          expect(from).not.toBe(to);
          expect(causes).toContain(verdict.cause);
          expect(verdict.confidence).toBeGreaterThanOrEqual(0);
          expect(verdict.confidence).toBeLessThanOrEqual(1);
          expect(verdict.evidence.length).toBeGreaterThan(0);
          for (const { field, value, meaning } of verdict.evidence) {
            expect(field).not.toBe("");
            expect(`${value}${meaning}`).not.toMatch(/undefined|NaN|Infinity/);
          }
        }
        expect(losses).toHaveLength(told.filter((e) => e.type === "session.missing").length);
      }),
      { numRuns: 300 },
    );
  });

  it("finds nothing wrong with a session on one node, whatever else happens", () => {
    fc.assert(
      fc.property(requests, changes, (some, marks) => {
        const one = some.map((r) => ({ ...r, node: r.node === null ? null : "app1" }));
        expect(judged(one, pool({ changes: marks })).bounces).toEqual([]);
      }),
    );
  });

  it("finds no bounce among many sessions behind one address, each on its own node", () => {
    for (const node of ["app1", "app2", "app3"])
      expect(
        judged([haproxy(0, node, "--NI"), haproxy(10, node, "--VN"), haproxy(15, node, "--VN")])
          .bounces,
      ).toEqual([]);
  });

  it("finds no bounce when a client roams under a cookie that is followed", () => {
    const roaming = ["192.0.2.1", "198.51.100.1", "203.0.113.9"].map((client, i) =>
      haproxy(i * 500, "app1", i ? "--VN" : "--NI", { client }),
    );
    expect(judged(roaming).bounces).toEqual([]);
  });

  it("tells for each request the node that its cookie names", () => {
    const { intended } = judged([
      haproxy(0, "app1", "--NI", { inserted: "s1" }),
      haproxy(1_000, "app2", "--DI", { presented: "s1", inserted: "s2" }),
      haproxy(2_000, "app2", "--VN", { presented: "s2" }),
    ]);
    expect([...intended.values()]).toEqual(["app1", "app2"]);
  });

  it("names the cause of most bounces, and unknown only when there is no other", () => {
    expect(
      judged([
        haproxy(0, "app1", "--NI"),
        haproxy(1_000, "app2", "--NI"),
        haproxy(2_000, "app3", "--NI"),
        haproxy(3_000, "app1", "--DI"),
      ]).mainCause,
    ).toBe("cookie-not-sent");
    expect(judged([nginx(0, "app1"), nginx(1_000, "app2")]).mainCause).toBe("unknown");
    expect(judged([nginx(0, "app1")]).mainCause).toBeNull();
  });

  it("sees a session that goes to and fro", () => {
    const nodes = ["app1", "app2", "app1", "app2", "app1"];
    expect(judged(nodes.map((n, i) => haproxy(i * 1_000, n, "--NI"))).pingPong).toBe(true);
  });

  it("shows what spoke against the cause after what spoke for it", () => {
    const { bounces } = judged(
      [haproxy(0, "app1", "--VN"), haproxy(9_000, "app2", "--II", { presented: "s1" })],
      pool({ changes: [change(3_000, "scale", "app1", "scaled to 2")] }),
    );
    const evidence = bounces[0]?.verdict.evidence ?? [];
    expect(evidence.at(-1)?.meaning).toMatch(/^(would speak for cookie-invalid)/);
  });

  it("calls moves explained only when the infrastructure made them", () => {
    const { bounces } = judged([haproxy(0, "app1", "--VN"), haproxy(1_000, "app2", "--DI")]);
    expect(bounces.map((b) => isExplained(b.verdict.cause))).toEqual([true]);
  });
});
