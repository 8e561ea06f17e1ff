import type { EpochMs } from "../facts";
import { minuteMs } from "./grid";
import type { LoadCount } from "./pool-facts";

/** Sessions of a hash find their own node again within this time. */
const returnMs = 3 * minuteMs;
/** How long the load is uneven after a node was away, or came. */
export const settleMs = 35 * minuteMs;

/**
 * When nodes of a pool came back: they had served, did not for at least a whole
 * minute in which the pool had traffic, and served again.
 */
export class Comebacks {
  private readonly byNode = new Map<string, EpochMs[]>();
  /** When any node came back or came anew. */
  private readonly arrivals: EpochMs[] = [];

  constructor(load: readonly LoadCount[]) {
    const served = new Map<string, Set<EpochMs>>();
    const minutes = new Set<EpochMs>();
    for (const { node, minute, requests } of load) {
      if (node === "" || requests === 0) continue;
      minutes.add(minute);
      served.set(node, (served.get(node) ?? new Set()).add(minute));
    }
    const all = [...minutes].sort((a, b) => a - b);
    for (const [node, own] of served) {
      const times = [...own].sort((a, b) => a - b);
      const gaps = all.filter((minute) => minute >= (times[0] ?? 0) && !own.has(minute));
      const back = gaps.flatMap((gap) => times.find((minute) => minute > gap) ?? []);
      this.byNode.set(node, [...new Set(back)]);
      this.arrivals.push(...back);
      const first = times[0] ?? 0;
      if (first > (all[0] ?? 0)) this.arrivals.push(first);
    }
  }

  /** Whether a move to this node at that time is a way back to it. */
  leadTo(node: string, at: EpochMs): boolean {
    return (this.byNode.get(node) ?? []).some(
      (back) => at >= back - minuteMs && at <= back + returnMs,
    );
  }

  /** Whether a node came, or came back, so lately that its load says nothing yet. */
  settling(at: EpochMs): boolean {
    return this.arrivals.some((back) => at >= back && at <= back + settleMs);
  }
}
