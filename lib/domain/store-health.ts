import type { EpochMs } from "./facts";
import type { StoreHealth, StoreTrouble } from "./pool-context";

/** Look-ups of sessions in one store in one step of time, as the app's events tell. */
export interface StoreStep {
  at: EpochMs;
  stepMs: number;
  store: string | null;
  /** `session.retrieved`, `session.updated` and `session.missing`. */
  lookups: number;
  /** `session.missing`, and `session.retrieved` that did not hit. */
  misses: number;
  /** Nodes with misses. */
  nodes: number;
}

const FEWEST_MISSES = 3;
const HIGH_RATE = 0.3;
const TIMES_USUAL = 5;
const NEARLY_ALL = 0.9;

/**
 * When a store was not to be relied on: steps in which it missed at least three
 * sessions, at least three in ten of what was looked up, and five times what is
 * usual; steps next to each other are one trouble. Nearly all missed is an
 * outage.
 */
export function storeHealth(steps: readonly StoreStep[]): StoreHealth {
  const lookups = steps.reduce((sum, step) => sum + step.lookups, 0);
  const usual = median(
    steps.filter((step) => step.lookups > 0).map((step) => step.misses / step.lookups),
  );
  const isTrouble = (step: StoreStep) =>
    step.misses >= FEWEST_MISSES &&
    step.misses >= step.lookups * Math.min(NEARLY_ALL, Math.max(HIGH_RATE, TIMES_USUAL * usual));
  const troubles: StoreTrouble[] = [];
  const last = new Map<string | null, StoreTrouble>();
  for (const step of [...steps].sort(byTime)) {
    if (!isTrouble(step)) continue;
    const known = last.get(step.store);
    if (known !== undefined && step.at <= known.to + step.stepMs) {
      known.to = step.at + step.stepMs;
      known.misses += step.misses;
      known.lookups += step.lookups;
      known.nodes = Math.max(known.nodes, step.nodes);
    } else {
      const { at: from, stepMs, store, misses, lookups: of, nodes } = step;
      const trouble: StoreTrouble = {
        store,
        from,
        to: from + stepMs,
        kind: "misses",
        misses,
        lookups: of,
        nodes,
      };
      troubles.push(trouble);
      last.set(store, trouble);
    }
  }
  for (const trouble of troubles)
    if (trouble.misses >= NEARLY_ALL * trouble.lookups) trouble.kind = "outage";
  const troubled = troubles.reduce((sum, t) => sum + t.lookups, 0);
  const missed = steps.reduce((sum, step) => sum + step.misses, 0);
  const missedInTrouble = troubles.reduce((sum, t) => sum + t.misses, 0);
  return {
    troubles,
    missRate: lookups - troubled > 0 ? (missed - missedInTrouble) / (lookups - troubled) : null,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

function byTime(a: StoreStep, b: StoreStep): number {
  return a.at - b.at || ((a.store ?? "") < (b.store ?? "") ? -1 : 1);
}
