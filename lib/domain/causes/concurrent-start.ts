import { presentedFlag } from "../bounces";
import type { About } from "../cause-about";
import { overlaps } from "../history";
import { type Case, type Finding, passedOn, presentedEvidence } from "./case";
import { isOnTheWay, sendsLater } from "./cookie-not-sent";

/** What is to be known of this cause outside its judging. */
export const about = {
  cause: "concurrent-start",
  class: "client",
  rank: 140,
  title: "First requests overlap",
  step: "Bind the session before its first requests part",
  provedBy: [["duration", "fineTime"]],
  ink: { dark: "#348780", light: "#00534f" },
} as const satisfies About;

/**
 * The session's first requests overlapped, before any of them had been bound:
 * each was balanced by itself, and each answer set its own cookie. By design of
 * every balancer that binds by a cookie in the response.
 */
export function judge(of: Case): Finding | null {
  if (of.rule.method !== "cookie" && of.rule.method !== null) return null;
  if (of.presented !== "none" && of.presented !== null) return null;
  if (passedOn(of) !== null) return null;
  const { request } = of;
  const onTheWay = isOnTheWay(of);
  if (of.boundBy !== null && !onTheWay) return null;
  const overlapped = of.before.filter((r) => overlaps(r, request));
  if (overlapped.length === 0 && !onTheWay) return null;
  // Whoever was answered before has no more excuse, bound or not.
  if (overlapped.length < of.before.length && !onTheWay) return null;
  // A log without cookies cannot tell whether the first requests were bound.
  const told = of.presented === "none";
  const confidence = told ? sureOf(of, onTheWay) : of.rule.method === null ? 0.5 : 0.58;
  const first = of.before[0];
  return {
    confidence,
    evidence: [
      {
        field: "startedAt",
        value: `+${Math.round(request.startedAt - (first?.startedAt ?? request.startedAt))} ms`,
        meaning: onTheWay
          ? "the session's first answer had barely been sent when this request came"
          : `began before the answer to ${overlapped.length === 1 ? "the session's first request" : `any of the session's first ${overlapped.length} requests`} was over`,
      },
      ...presentedEvidence(of),
    ],
  };
}

function sureOf(of: Case, onTheWay: boolean): number {
  if (sendsLater(of)) return onTheWay ? 0.86 : 0.94;
  const later = of.after.filter((r) => !overlaps(of.request, r));
  // A client that never sends the cookie would have moved without any overlap.
  if (later.some((r) => presentedFlag(r) === "N")) return 0.6;
  return 0.82;
}
