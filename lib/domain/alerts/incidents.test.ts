import { expect, it } from "vitest";
import { minuteMs } from "./grid";
import { incidentsOf } from "./incidents";
import type { Finding } from "./measures";
import { firstRules } from "./rule";

function finding(
  subject: string,
  cause: Finding["cause"],
  from: number,
  to: number,
  id = "unexplained-bounces",
): Finding {
  const rule = firstRules.find((known) => known.id === id);
  if (!rule) throw new Error(`no rule ${id}`);
  const since = from * minuteMs;
  const episode = { since, firedAt: since, endedAt: to * minuteMs, peak: 10, last: 0 };
  return { rule, subject, cause, episode };
}

it("what has no proved cause soon after a trouble belongs to it, and later or before it does not", () => {
  const trouble = finding("routing", "no-affinity", 10, 20);
  const told = (from: number) =>
    incidentsOf("shop", [trouble, finding("unknown", null, from, from + 1, "ping-pong")]).map(
      ({ cause, endedAt }) => [cause, (endedAt ?? 0) / minuteMs],
    );
  expect(told(23)).toEqual([["no-affinity", 20]]);
  expect(told(26)).toHaveLength(2);
  expect(told(7)).toHaveLength(2);
});

it("load that is uneven again by the same node within half an hour is one incident, by another it is another", () => {
  const uneven = (node: string, from: number, to: number): Finding => ({
    ...finding("imbalance", null, from, to, "node-share"),
    nodes: [node],
  });
  const told = (...findings: Finding[]) => incidentsOf("shop", findings).map(({ nodes }) => nodes);
  expect(told(uneven("web-1", 10, 20), uneven("web-1", 38, 50))).toEqual([["web-1"]]);
  expect(told(uneven("web-1", 10, 20), uneven("web-2", 38, 50))).toEqual([["web-1"], ["web-2"]]);
  expect(told(uneven("web-1", 10, 20), uneven("web-1", 55, 60))).toHaveLength(2);
});
