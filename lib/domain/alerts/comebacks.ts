import type { EpochMs } from "../facts";
import { minuteMs } from "./grid";
import type { LoadCount } from "./pool-facts";

/** Sessions of a hash find their own node again within this time. */
const returnMs = 3 * minuteMs;
/** A node was away when it would have had so many requests, going by its last three minutes: chance leaves none out. */
const surelyAway = 15;
const rateOver = 3;
/** How often a node that is new is asked is told by so many minutes. */
const rateMinutes = 10;
/** How long the load is uneven after a node was away, or came. */
export const settleMs = 35 * minuteMs;

/**
 * When nodes of a pool came back: they had served, did not for whole minutes in
 * which the pool had traffic and they would have had their part of it, and
 * served again.
 */
export class Comebacks {
  private readonly byNode = new Map<string, EpochMs[]>();
  /** When any node came back or came anew. */
  private readonly arrivals: EpochMs[] = [];

  constructor(load: readonly LoadCount[]) {
    const served = new Map<string, Map<EpochMs, number>>();
    const minutes = new Set<EpochMs>();
    for (const { node, minute, requests } of load) {
      if (node === "" || requests === 0) continue;
      minutes.add(minute);
      const own = served.get(node) ?? new Map<EpochMs, number>();
      served.set(node, own.set(minute, (own.get(minute) ?? 0) + requests));
    }
    const all = [...minutes].sort((a, b) => a - b);
    for (const [node, own] of served) {
      const back = returns(all, own);
      this.byNode.set(node, back);
      this.arrivals.push(...back);
      const first = cameAnew(all, own);
      if (first !== null) this.arrivals.push(first);
    }
  }

  /** Whether a move to this node at that time is a way back to it. */
  leadTo(node: string, at: EpochMs): boolean {
    return (this.byNode.get(node) ?? []).some(
      (back) => at >= back - minuteMs && at <= back + returnMs,
    );
  }

  /** When a node came or came back last, at a time or before. */
  lastArrival(at: EpochMs): EpochMs | null {
    return lastBy(this.arrivals, at);
  }

  /** Whether a node came, or came back, so lately that its load says nothing yet. */
  settling(at: EpochMs): boolean {
    return this.arrivals.some((back) => at >= back && at <= back + settleMs);
  }
}

/**
 * When a node first served, where it would have had requests in the minutes
 * before, had it been there. One that is asked little has minutes without any.
 */
function cameAnew(all: readonly EpochMs[], own: ReadonlyMap<EpochMs, number>): EpochMs | null {
  const first = Math.min(...own.keys());
  const missed = all.indexOf(first);
  const since = all.slice(missed, missed + rateMinutes);
  const rate = since.reduce((sum, minute) => sum + (own.get(minute) ?? 0), 0) / since.length;
  return missed * rate >= surelyAway ? first : null;
}

/** The last of some moments at a time or before; null: none. */
export function lastBy(moments: readonly EpochMs[], at: EpochMs): EpochMs | null {
  return moments.reduce<EpochMs | null>(
    (last, one) => (one <= at && (last === null || one > last) ? one : last),
    null,
  );
}

/** When a node served again that had been away, of the minutes in which its pool had traffic. */
function returns(all: readonly EpochMs[], own: ReadonlyMap<EpochMs, number>): EpochMs[] {
  const back: EpochMs[] = [];
  const last: number[] = [];
  let missed = 0;
  for (const minute of all) {
    const requests = own.get(minute);
    if (requests === undefined) {
      if (last.length > 0) missed += 1;
      continue;
    }
    const rate = last.reduce((sum, n) => sum + n, 0) / last.length;
    if (missed > 0 && missed * rate >= surelyAway) back.push(minute);
    missed = 0;
    last.push(requests);
    if (last.length > rateOver) last.shift();
  }
  return back;
}
