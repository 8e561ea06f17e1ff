import type { ChangeKind, EpochMs } from "./facts";
import type { ChangeFact } from "./pool-context";

export type NodeState = "up" | "down" | "drain" | "maintenance" | "unknown";

/** A time in which a node was in one state. `to` is null while it lasts. */
export interface StateSpan {
  state: NodeState;
  from: EpochMs;
  to: EpochMs | null;
  /** The change that began it. */
  change: ChangeFact;
}

/** State lines carry the second they were written in, and are written a little after the fact. */
export const STATE_SLACK_MS = 2_000;
/** A node that flaps goes down and comes back at least twice within this time of a bounce. */
export const FLAP_WINDOW_MS = 5 * 60_000;
/** How long a deploy or a removal that names a node is taken to keep it away when no line says it is back. */
const DEPLOY_WINDOW_MS = 10 * 60_000;

/** The state that a change of this kind puts its node into; null where it says none. */
export function stateAfter(kind: ChangeKind): NodeState | null {
  switch (kind) {
    case "node-down":
      return "down";
    case "node-up":
      return "up";
    case "node-drain":
      return "drain";
    case "node-maintenance":
      return "maintenance";
    default:
      return null;
  }
}

/** The changes by time; a pure function of their set. */
export function changesInOrder(changes: readonly ChangeFact[]): ChangeFact[] {
  const key = (c: ChangeFact) =>
    `${c.kind}\u0000${c.node ?? ""}\u0000${c.lb ?? ""}\u0000${c.title}`;
  return [...changes].sort(
    (a, b) => a.at - b.at || (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0),
  );
}

function concerns(change: ChangeFact, node: string, lb: string | null): boolean {
  return change.node === node && (lb === null || change.lb === null || change.lb === lb);
}

/**
 * The states of a node over time, as the changes tell them; empty when none
 * does. With `lb`, only what that balancer said, and what was said for all.
 */
export function stateSpans(
  changes: readonly ChangeFact[],
  node: string,
  lb: string | null = null,
): StateSpan[] {
  const spans: StateSpan[] = [];
  const own = changesInOrder(changes).flatMap((change) => {
    const state = concerns(change, node, lb) ? stateAfter(change.kind) : null;
    return state === null ? [] : [{ state, change }];
  });
  while (own.length > 0) {
    const last = spans.at(-1);
    const next = own.splice(lb === null ? 0 : nextOf(own, last?.state), 1)[0];
    if (next === undefined || last?.state === next.state) continue;
    if (last !== undefined) last.to = next.change.at;
    spans.push({ ...next, from: next.change.at, to: null });
  }
  return spans;
}

/**
 * Which of the first change's second comes next. State lines tell whole
 * seconds: a node that is seen to fall and rise several times within one did so
 * by turns.
 */
function nextOf(
  own: readonly { state: NodeState; change: ChangeFact }[],
  last: NodeState | undefined,
): number {
  const at = own[0]?.change.at;
  const other = own.findIndex((one) => one.change.at !== at || one.state !== last);
  return other >= 0 && own[other]?.change.at === at ? other : 0;
}

/** The state of a node at a time; `unknown` before the first change that tells. */
export function stateAt(
  changes: readonly ChangeFact[],
  node: string,
  at: EpochMs,
  lb: string | null = null,
): NodeState {
  return stateSpans(changes, node, lb).findLast((span) => span.from <= at)?.state ?? "unknown";
}

/** The last change that had put the node down at `at`, or just after (`aheadMs`); null when it was not down. */
export function downAround(
  changes: readonly ChangeFact[],
  node: string,
  at: EpochMs,
  lb: string | null,
  aheadMs = STATE_SLACK_MS,
): StateSpan | null {
  return (
    stateSpans(changes, node, lb).findLast(
      (span) =>
        span.state === "down" &&
        span.from <= at + aheadMs &&
        (span.to === null || span.to >= at - STATE_SLACK_MS),
    ) ?? null
  );
}

/**
 * The change that had taken the node out on purpose at `at`: drain, maintenance,
 * or a deploy that names it. A node that is stopped while it drains is still
 * draining; a node that is up again is not.
 */
export function drainAround(
  changes: readonly ChangeFact[],
  node: string,
  at: EpochMs,
  lb: string | null,
  aheadMs = STATE_SLACK_MS,
): ChangeFact | null {
  let found: ChangeFact | null = null;
  for (const change of changesInOrder(changes)) {
    if (change.at > at + aheadMs) break;
    if (!concerns(change, node, lb)) continue;
    if (change.kind === "node-drain" || change.kind === "node-maintenance") found = change;
    else if (change.kind === "deploy" && change.at > at - DEPLOY_WINDOW_MS) found = change;
    else if (change.kind === "node-up" && change.at < at - STATE_SLACK_MS) found = null;
  }
  return found;
}

export interface Flapping {
  downs: ChangeFact[];
  ups: ChangeFact[];
}

/** How often the node went down and came back around `at`; null when not more than once. */
export function flappingAround(
  changes: readonly ChangeFact[],
  node: string,
  at: EpochMs,
  lb: string | null,
): Flapping | null {
  const spans = stateSpans(changes, node, lb).filter(
    (span) => Math.abs(span.from - at) <= FLAP_WINDOW_MS,
  );
  const downs = spans.filter((span) => span.state === "down").map((span) => span.change);
  const first = downs[0];
  if (first === undefined || downs.length < 2) return null;
  const ups = spans
    .filter((span) => span.state === "up" && span.from >= first.at)
    .map((span) => span.change);
  return ups.length === 0 ? null : { downs, ups };
}

/** Drains, maintenances and downtimes of every node, for marks on a chart. */
export function drainWindows(changes: readonly ChangeFact[]): (StateSpan & { node: string })[] {
  const names = [...new Set(changes.flatMap((change) => change.node ?? []))].sort();
  return names.flatMap((node) =>
    stateSpans(changes, node)
      .filter((span) => span.state === "drain" || span.state === "maintenance")
      .map((span) => ({ ...span, node })),
  );
}
