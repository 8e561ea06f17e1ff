import type { About } from "../cause-about";
import type { Evidence } from "../evidence";
import { overlaps } from "../history";
import { type Case, type Finding, flagEvidence, passedOn, roams } from "./case";

/** What is to be known of this cause outside its judging. */
export const about = {
  cause: "no-affinity",
  class: "routing",
  rank: 60,
  title: "Nothing binds the sessions",
  step: "Give the pool an affinity rule",
  provedBy: [[]],
  ink: { dark: "#3772bb", light: "#004387" },
} as const satisfies About;

/**
 * Nothing binds the session: the pool has no working affinity rule. Known from
 * the traffic of the whole pool (or declared); where neither tells, from a
 * session that moves with most of its requests though its address, its balancer
 * and its cookies give no reason.
 */
export function judge(of: Case): Finding | null {
  if (of.presented !== null || passedOn(of) !== null) return null;
  const { rule } = of;
  const flags = flagEvidence(of.request);
  const shown: Evidence[] = flags === null ? [] : [flags];
  if (rule.method === "none")
    return {
      confidence: 0.55 + 0.4 * rule.confidence,
      evidence: [...rule.evidence, ...shown, ...moves(of).evidence],
    };
  if ((rule.method === "hash" || rule.method === "header") && of.previous.hasKey === false)
    return {
      confidence: 0.58,
      evidence: [
        {
          field: "previous.session",
          value: "-",
          meaning:
            "the request before carried no session key, so the rule had nothing to bind it by",
        },
        ...rule.evidence,
      ],
    };
  const roaming = rule.method === "cookie" ? null : roams(of);
  if (roaming !== null)
    return {
      confidence: roaming.pairs >= 6 ? 0.9 : roaming.pairs >= 4 ? 0.84 : 0.78,
      evidence: [
        {
          field: "session.moves",
          value: `${roaming.moved} of ${roaming.pairs}`,
          meaning:
            "moves around then among its requests from one address; a rule that remaps moves a session once",
        },
        ...shown,
      ],
    };
  if (rule.method !== null) return null;
  const { pairs, moved, evidence } = moves(of);
  if (moved < 2 || moved / pairs < 0.4) return null;
  const confidence = pairs >= 6 ? 0.78 : pairs >= 4 ? 0.7 : 0.55;
  return { confidence, evidence: [...evidence, ...shown] };
}

/** How often the session moved from one request to the next with the same address through the same balancer. */
function moves(of: Case): { pairs: number; moved: number; evidence: Evidence[] } {
  const all = [...of.before, of.request, ...of.after];
  let pairs = 0;
  let moved = 0;
  for (const [i, request] of all.entries()) {
    const next = all[i + 1];
    if (next === undefined || next.lb !== request.lb || next.client !== request.client) continue;
    if (overlaps(request, next)) continue;
    pairs += 1;
    if (next.node !== request.node) moved += 1;
  }
  if (pairs === 0) return { pairs, moved, evidence: [] };
  const meaning = "moves among the session's consecutive requests from one address";
  return {
    pairs,
    moved,
    evidence: [{ field: "session.moves", value: `${moved} of ${pairs}`, meaning }],
  };
}
