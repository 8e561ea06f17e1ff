import { changesInOrder, drainAround } from "../node-state";
import { type Case, changeEvidence, type Finding, presentedEvidence } from "./case";

/**
 * The client presented a persistence cookie that names no usable node. HAProxy:
 * third flag `I` (manual, section 8.5); ALB: `AWSALBTGCookieInvalid` among the
 * error reasons; elsewhere a value that matches no node of the pool.
 */
export function cookieInvalid(of: Case): Finding | null {
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
  return { confidence: 0.92, evidence };
}
