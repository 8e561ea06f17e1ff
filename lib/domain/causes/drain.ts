import type { About } from "../cause-about";
import type { Evidence } from "../evidence";
import { changesInOrder, downAround, drainAround, stateSpans } from "../node-state";
import type { ChangeFact } from "../pool-context";
import {
  type Case,
  changeEvidence,
  chosenByCookie,
  type Finding,
  passedOn,
  presentedEvidence,
  weakenedWithoutAffinity,
} from "./case";
import { namedNodeBefore, poolChangeSince } from "./cookie-invalid";

/** What is to be known of this cause outside its judging. */
export const about = {
  cause: "drain",
  class: "infrastructure",
  rank: 20,
  title: "A node is drained without a mark",
  step: "Let nodes drain until no session is bound to them",
  provedBy: [["nodeStates"]],
  ink: { dark: "#a86133", light: "#7d3a01" },
} as const satisfies About;

const ROLLOUT_MS = 5 * 60_000;
/** A node that is replaced is back within this time. */
const RESTART_MS = 2 * 60_000;
/** A health check sees a failing node some rounds after the first request has. */
const FAILS_MS = 15_000;

/**
 * The node left was draining, in maintenance or being replaced by a deploy.
 *
 * HAProxy's `Server … is going DOWN for maintenance` and drain lines, NGINX's
 * `drain` and `down` parameters after a reload, ALB's deregistration, and posted
 * changes tell. A draining HAProxy server still takes the sessions whose cookie
 * names it (`V`), so a session that follows its cookie was not drained away.
 */
export function judge(of: Case): Finding | null {
  const passed = passedOn(of);
  if (chosenByCookie(of) && passed === null) return null;
  const left = passed?.tried ?? of.from;
  const evidence: Evidence[] = [];
  let confidence = 0;
  const planned = takenOut(of, left);
  if (planned !== null) {
    confidence = of.presented === "invalid" ? 0.86 : planned.kind === "deploy" ? 0.88 : 0.94;
    evidence.push(changeEvidence(planned, of, wordFor(planned, left)));
  } else {
    const removed = removal(of, left);
    const rollout = removed === null ? replacedBy(of, left) : null;
    const vanished =
      of.presented === "invalid" && namedNodeBefore(of) !== null ? poolChangeSince(of) : null;
    if (removed !== null) {
      confidence = of.presented === "invalid" || of.presented === "down" ? 0.78 : 0.7;
      evidence.push(changeEvidence(removed, of, `the change names ${left}`));
    } else if (rollout !== null) {
      confidence = 0.78;
      evidence.push(changeEvidence(rollout, of, `a deploy was under way when ${left} stopped`));
    } else if (vanished !== null) {
      confidence = 0.74;
      evidence.push(changeEvidence(vanished, of, `${left} seems to have left the pool with it`));
    }
  }
  if (confidence === 0) return null;
  evidence.push(...presentedEvidence(of));
  if (passed !== null) evidence.push(passed.evidence);
  return { confidence: weakenedWithoutAffinity(of, confidence), evidence };
}

function wordFor(change: ChangeFact, node: string): string {
  switch (change.kind) {
    case "node-drain":
      return `${node} was draining`;
    case "node-maintenance":
      return `${node} was in maintenance`;
    default:
      return `${node} was being replaced`;
  }
}

/**
 * What took the node out. A deploy that names it says that it may go: where
 * requests fail on it, nobody had taken it out before.
 */
function takenOut(of: Case, left: string): ChangeFact | null {
  const { changes } = of.context;
  const { startedAt, lb } = of.request;
  const found = drainAround(changes, left, startedAt, lb);
  if (found?.kind !== "deploy" || !failedAround(of, left, found.at)) return found;
  const drains = changes.filter(({ kind }) => kind !== "deploy");
  return drainAround(drains, left, startedAt, lb);
}

/** A scaling or reload that names the node left, since the request before, and no request failed on it. */
function removal(of: Case, left: string): ChangeFact | null {
  const found = changesInOrder(of.context.changes).findLast(
    (change) =>
      (change.kind === "scale" || change.kind === "config") &&
      change.node === left &&
      (change.lb === null || change.lb === of.request.lb) &&
      change.at <= of.request.startedAt + 2_000 &&
      change.at >= Math.min(of.previous.startedAt, of.request.startedAt - ROLLOUT_MS),
  );
  return found === undefined || failedAround(of, left, found.at) ? null : found;
}

/**
 * A deploy of the whole pool just before the node went down, that replaced it:
 * it was back soon, or others went and came back after it, and no request was
 * seen to fail on it. A node that fails after a deploy stays away, or answers
 * with errors, and is no part of the roll-out.
 */
export function replacedBy(of: Case, left: string): ChangeFact | null {
  const { changes } = of.context;
  const down = downAround(changes, left, of.request.startedAt, of.request.lb);
  if (down === null) return null;
  const deploy = changesInOrder(changes).findLast(
    (change) =>
      change.kind === "deploy" &&
      change.node === null &&
      change.at <= down.from + 2_000 &&
      change.at >= down.from - ROLLOUT_MS,
  );
  if (deploy === undefined || failedAround(of, left, down.from)) return null;
  const awayMs = absence(of, left, down.from);
  if (awayMs === null) return null;
  return awayMs <= RESTART_MS || othersFollowed(of, left, deploy) ? deploy : null;
}

/** How long the node was away; null while it is. */
function absence(of: Case, node: string, from: number): number | null {
  const back = stateSpans(of.context.changes, node, of.request.lb).find(
    (span) => span.state === "up" && span.from > from,
  );
  return back === undefined ? null : back.from - from;
}

/** Whether another node went down and came back in the same roll-out. */
function othersFollowed(of: Case, left: string, deploy: ChangeFact): boolean {
  const { changes } = of.context;
  const others = new Set(
    changes.flatMap(({ node }) => (node === null || node === left ? [] : node)),
  );
  return [...others].some((node) =>
    stateSpans(changes, node, of.request.lb).some(
      (span) =>
        span.state === "down" &&
        span.from >= deploy.at - 2_000 &&
        span.from <= deploy.at + 3 * ROLLOUT_MS &&
        span.to !== null,
    ),
  );
}

/** Whether requests failed on the node as it went: this one or the one before, or another's attempt. */
function failedAround(of: Case, node: string, from: number): boolean {
  const { context, previous, request } = of;
  if (passedOn(of) !== null) return true;
  if (previous.node === node && (previous.status ?? 0) >= 500) return true;
  const until = Math.max(from, request.startedAt) + FAILS_MS;
  return context.failed.get(node)?.some((at) => at >= from - FAILS_MS && at <= until) ?? false;
}
