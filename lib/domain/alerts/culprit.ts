import { type Cause, type CauseClass, classOf } from "../causes";
import type { ChangeKind, EpochMs } from "../facts";

export interface Suspect {
  at: EpochMs;
  kind: ChangeKind;
  node: string | null;
  lb: string | null;
}

/** How well a kind of change can bring a class of causes about, 0 to 1. */
const fits: Record<CauseClass | "storage", Partial<Record<ChangeKind, number>>> = {
  infrastructure: {
    "node-down": 0.97,
    "node-drain": 0.95,
    "node-maintenance": 0.95,
    deploy: 0.7,
    scale: 0.7,
    config: 0.4,
    "node-up": 0.3,
    other: 0.3,
  },
  routing: {
    config: 0.96,
    deploy: 0.75,
    scale: 0.9,
    "node-up": 0.5,
    "node-down": 0.5,
    "node-drain": 0.4,
    "node-maintenance": 0.4,
    other: 0.4,
  },
  client: { deploy: 0.75, config: 0.5, other: 0.3 },
  unknown: {
    deploy: 0.6,
    config: 0.6,
    scale: 0.5,
    "node-down": 0.5,
    "node-drain": 0.4,
    "node-maintenance": 0.4,
    other: 0.3,
  },
  storage: { deploy: 0.6, config: 0.5, "node-down": 0.4, other: 0.6 },
};

/** Causes that a change of the set of nodes brings about, whatever their class says. */
const bySet: Partial<Record<Cause, Partial<Record<ChangeKind, number>>>> = {
  "pool-change": {
    scale: 0.97,
    "node-up": 0.95,
    "node-down": 0.95,
    "node-drain": 0.95,
    "node-maintenance": 0.95,
    config: 0.8,
  },
};

/** A change this long before the onset is half as likely behind it. */
const halfLifeMs = 4 * 60_000;
const longestMs = 30 * 60_000;
/** Logs carry whole seconds, and a health check notices after the first requests failed. */
const afterMs = 15_000;

/**
 * How likely a change is behind what began at `onset`, 0 to 1: its kind can
 * bring the cause about, it came shortly before, and it touches where the
 * trouble is.
 */
export function likelihood(
  suspect: Suspect,
  onset: EpochMs,
  cause: Cause | null,
  subject: CauseClass | "storage",
  where: { nodes: ReadonlySet<string>; lbs: ReadonlySet<string> },
): number {
  const before = onset - suspect.at;
  if (before > longestMs || before < -afterMs) return 0;
  const kind = (cause && bySet[cause]?.[suspect.kind]) ?? fits[subject][suspect.kind] ?? 0;
  const near = 0.5 ** (Math.max(0, before - 30_000) / halfLifeMs);
  const elsewhere =
    (suspect.node !== null && !where.nodes.has(suspect.node)) ||
    (suspect.lb !== null && !where.lbs.has(suspect.lb));
  return kind * near * (elsewhere ? 0.35 : 1);
}

/** `likely` from 0.6, `possible` from 0.3. */
export function likelihoodWord(value: number): "likely" | "possible" | "unlikely" {
  if (value >= 0.6) return "likely";
  return value >= 0.3 ? "possible" : "unlikely";
}

/** The class under which a cause or the store is judged. */
export function judgedAs(cause: Cause | null, subject: string): CauseClass | "storage" {
  if (subject === "storage") return "storage";
  return cause === null ? "unknown" : classOf(cause);
}
