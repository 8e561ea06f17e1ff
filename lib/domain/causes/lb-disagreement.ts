import { presentedFlag, wasPassedOn } from "../bounces";
import type { About } from "../cause-about";
import type { Evidence } from "../evidence";
import { nodePart } from "../intended";
import { type Case, type Finding, passedOn, presentedEvidence, responseSets } from "./case";

/** What is to be known of this cause outside its judging. */
export const about = {
  cause: "lb-disagreement",
  class: "routing",
  rank: 70,
  title: "Balancers disagree on a session's node",
  step: "Give every balancer the same node names and cookie values",
  provedBy: [["presented"], ["persistenceState"], ["client"]],
  ink: { dark: "#5fa1f3", light: "#2d6fbe" },
} as const satisfies About;

/**
 * Two load balancers in front of one pool bind the session differently: one
 * cookie value names two nodes, or is valid at one and unknown at the other; or
 * the session's node follows the balancer it passes (hashes over different
 * lists, stick tables that are not shared: HAProxy's are empty after a reload
 * without `peers`).
 */
export function judge(of: Case): Finding | null {
  const { previous, request } = of;
  if (previous.lb === request.lb || passedOn(of) !== null || of.presented === "down") return null;
  const balancers: Evidence = {
    field: "lb",
    value: `${previous.lb} → ${request.lb}`,
    meaning: "the session came through another load balancer than before",
  };
  const value = valueReadTwice(of);
  if (value !== null) return { confidence: 0.95, evidence: [balancers, value] };
  if (of.presented === "invalid" && wasValidElsewhere(of))
    return {
      confidence: 0.94,
      evidence: [
        balancers,
        ...presentedEvidence(of),
        {
          field: "previous.persistence",
          value: previous.presented ?? previous.inserted ?? previous.persistenceState ?? "",
          meaning: `${previous.lb} knows the cookie`,
        },
      ],
    };
  if (of.presented === "expired" || of.presented === "invalid") return null;
  const follows = nodeFollowsBalancer(of);
  if (follows === null) return null;
  // A cookie that another balancer did not see is as likely to be the client's fault, unless it sends cookies.
  if (of.presented === "none") {
    const sends = [...of.before, ...of.after].filter(
      (r) => presentedFlag(r) === "V" || r.presented,
    );
    if (sends.length === 0) return null;
    const isFirst = of.before.every((r) => r.lb !== request.lb);
    return {
      confidence: isFirst ? Math.min(follows.confidence, 0.8) : 0.4,
      evidence: [balancers, ...follows.evidence],
    };
  }
  return { confidence: follows.confidence, evidence: [balancers, ...follows.evidence] };
}

/** One cookie value that names one node at each of the two balancers. */
function valueReadTwice(of: Case): Evidence | null {
  const value = of.request.presented ?? of.previous.presented ?? of.previous.inserted;
  if (value === null) return null;
  const part = nodePart(value);
  const here = of.context.bindings.get(of.request.lb)?.get(part);
  const there = of.context.bindings.get(of.previous.lb)?.get(part);
  if (here === undefined || there === undefined || here === there) return null;
  return {
    field: "persistence.presented",
    value: part,
    meaning: `names ${there} at ${of.previous.lb}, and ${here} at ${of.request.lb}`,
  };
}

function wasValidElsewhere(of: Case): boolean {
  const { request, previous } = of;
  if (request.presented !== null) {
    const part = nodePart(request.presented);
    if (of.context.bindings.get(previous.lb)?.has(part)) return true;
    return of.before.some(
      (r) =>
        r.lb !== request.lb &&
        [r.presented, r.inserted].some((value) => value !== null && nodePart(value) === part) &&
        presentedFlag(r) !== "I",
    );
  }
  // The cookie that the other balancer has just set, whatever it made of the one before.
  return presentedFlag(previous) === "V" || responseSets(of, previous) === true;
}

/** Whether each of the two balancers took the session to one node of its own. */
function nodeFollowsBalancer(of: Case): { confidence: number; evidence: Evidence[] } | null {
  const nodesAt = (lb: string) =>
    [...of.before, of.request, ...of.after]
      .filter((r) => r.lb === lb && !wasPassedOn(r))
      .map((r) => r.node);
  const here = nodesAt(of.request.lb);
  const there = nodesAt(of.previous.lb);
  if (new Set(here).size !== 1 || new Set(there).size !== 1) return null;
  const few = Math.min(here.length, there.length);
  const many = Math.max(here.length, there.length);
  const confidence = few >= 2 ? 0.9 : many >= 3 ? 0.74 : many >= 2 ? 0.6 : 0.46;
  return {
    confidence,
    evidence: [
      {
        field: "node by lb",
        value: `${of.previous.lb}: ${of.from} (${there.length}), ${of.request.lb}: ${of.to} (${here.length})`,
        meaning: "the session's node follows the balancer",
      },
    ],
  };
}
