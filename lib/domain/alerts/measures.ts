import { type Cause, classOf, isExplained } from "../causes";
import type { EpochMs } from "../facts";
import type { Episode, Timing } from "./episodes";
import type { BounceCount, LossCount, PoolFacts, Subject } from "./pool-facts";
import type { Rule, RuleScope } from "./rule";

/** A time in which one rule's measure of one subject was too much. */
export interface Finding {
  rule: Rule;
  /** What it is about: a class of causes, the store, or a thing such as `silent:edge-1`. */
  subject: string;
  /** The cause of its bounces, where it is one; null: several, or it is not about bounces. */
  cause: Cause | null;
  /** The nodes that it is about, where they are known by themselves. */
  nodes?: readonly string[];
  /** It was told by requests, many of which are one session's. */
  byRequests?: boolean;
  episode: Episode;
}

export const subjects = ["infrastructure", "routing", "client", "unknown", "storage"] as const;

/** To what a loss is laid. */
export function subjectOf(loss: Pick<LossCount, "cause" | "lostTo">): Subject {
  if (loss.lostTo === "storage") return "storage";
  if (loss.cause !== null) return classOf(loss.cause);
  return loss.lostTo ?? "unknown";
}

export function inScope(rule: Rule, pool: string | null, source: string | null = null): boolean {
  const { scope } = rule;
  return (
    rule.enabled &&
    (!scope.pool || scope.pool === pool) &&
    (!scope.source || scope.source === source)
  );
}

export function timingOf(rule: Rule): Timing {
  return {
    forMs: rule.forSeconds * 1000,
    clearBelow: rule.clearBelow,
    clearForMs: rule.clearForSeconds * 1000,
  };
}

export function narrowed(scope: RuleScope): boolean {
  return Boolean(scope.lb || scope.node || scope.cause);
}

export function matchesBounce(scope: RuleScope, bounce: BounceCount): boolean {
  return (
    (!scope.lb || scope.lb === bounce.lb) &&
    (!scope.node || scope.node === bounce.from || scope.node === bounce.to) &&
    (!scope.cause || scope.cause === bounce.cause)
  );
}

/** Unexplained bounces and losses by class, the most frequent first: what a burning budget is laid to. */
export function mainSubject(facts: PoolFacts, from: EpochMs, to: EpochMs): Subject {
  const counts = new Map<Subject, number>();
  const add = (subject: Subject, n: number) => counts.set(subject, (counts.get(subject) ?? 0) + n);
  for (const { at, cause, n } of facts.bounces)
    if (at >= from && at < to && !isExplained(cause)) add(classOf(cause), n);
  for (const loss of facts.losses)
    if (loss.at >= from && loss.at < to) add(subjectOf(loss), loss.n);
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))[0]?.[0] ?? "unknown";
}
