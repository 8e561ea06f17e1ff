import type { About } from "../cause-about";
import type { ChangeKind } from "../facts";
import type { HistoryRequest } from "../history";
import { nodePart } from "../intended";
import { changesInOrder, drainAround } from "../node-state";
import type { ChangeFact } from "../pool-context";
import { type Case, changeEvidence, type Finding, presentedEvidence } from "./case";

/** What is to be known of this cause outside its judging. */
export const about = {
  cause: "cookie-invalid",
  class: "routing",
  rank: 100,
  title: "The persistence cookie names no node",
  step: "Keep the names in the cookies when nodes are renamed or replaced",
  provedBy: [["persistenceState"], ["presented"]],
  ink: { dark: "#e9c1ef", light: "#af7db7" },
} as const satisfies About;

/**
 * The client presented a persistence cookie that names no usable node. HAProxy:
 * third flag `I` (manual, section 8.5); ALB: `AWSALBTGCookieInvalid` among the
 * error reasons; elsewhere a value that matches no node of the pool.
 */
export function judge(of: Case): Finding | null {
  if (of.presented !== "invalid") return null;
  const { request, context } = of;
  const evidence = presentedEvidence(of);
  if (evidence.length === 0 || /Cookie/.test(request.termination ?? ""))
    evidence.push({
      field: "termination",
      value: request.termination ?? "",
      meaning: "the balancer could not use the persistence cookie",
    });
  const planned =
    drainAround(context.changes, of.from, request.startedAt, request.lb) ??
    changesInOrder(context.changes).findLast(
      (change) =>
        (change.kind === "scale" || change.kind === "config") &&
        change.node === of.from &&
        change.at <= request.startedAt + 2_000 &&
        change.at >= of.previous.startedAt,
    );
  if (planned)
    return {
      confidence: 0.6,
      evidence,
      against: [changeEvidence(planned, of, `${of.from} was taken out of the pool`)],
    };
  const removed = namedNodeBefore(of);
  if (removed === null) return { confidence: 0.92, evidence };
  evidence.push({
    field: "earlier.persistence",
    value: removed.presented ?? removed.inserted ?? "",
    meaning: `the same cookie had been good before: ${of.from} seems to have left the pool`,
  });
  return { confidence: poolChangeSince(of) === null ? 0.78 : 0.6, evidence };
}

/** The earlier request at this balancer for which the cookie that is invalid now was good; null when the value is not known. */
export function namedNodeBefore(of: Case): HistoryRequest | null {
  const { presented, lb } = of.request;
  if (presented === null) return null;
  const part = nodePart(presented);
  const isSame = (value: string | null) => value !== null && nodePart(value) === part;
  return (
    of.before.findLast(
      (r) => r.lb === lb && r.node === of.from && (isSame(r.presented) || isSame(r.inserted)),
    ) ?? null
  );
}

/** A change of the whole pool since the session's request before, which may have taken the node away. */
export function poolChangeSince(of: Case): ChangeFact | null {
  const kinds = new Set<ChangeKind>(["scale", "config", "deploy"]);
  return (
    changesInOrder(of.context.changes).findLast(
      (change) =>
        kinds.has(change.kind) &&
        change.node === null &&
        (change.lb === null || change.lb === of.request.lb) &&
        change.at <= of.request.startedAt + 2_000 &&
        change.at >= of.previous.startedAt - 2_000,
    ) ?? null
  );
}
