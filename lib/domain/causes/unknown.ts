import type { About } from "../cause-about";
import { completenessOf, directiveFor, isDirective, logFieldWords } from "../completeness";
import type { Evidence } from "../evidence";
import { type Case, flagEvidence } from "./case";

/** What is to be known of this cause outside its judging. */
export const about = {
  cause: "unknown",
  class: "unknown",
  rank: 150,
  title: "Sessions bounce without a proved cause",
  step: "Log what proves the cause; Sources names the directives",
  provedBy: [],
  ink: { dark: "#81878c", light: "#6d7277" },
} as const satisfies About;

const MOST = 4;

/**
 * Nothing is proved: says what the balancer's log lacks, and what would add it.
 * With a log that lacks nothing, says what was looked at.
 */
export function unknownEvidence(of: Case): Evidence[] {
  const { request, context } = of;
  const log = context.logs.get(request.lb);
  const flags = flagEvidence(request);
  const evidence: Evidence[] = flags === null ? [] : [flags];
  if (log === undefined) {
    if (flags === null)
      evidence.push({
        field: "persistence",
        value: "-",
        meaning: `the log does not tell what became of the persistence cookie; ${directiveFor(null, "presented")}`,
      });
  } else {
    for (const { field, causes, directive } of completenessOf(log).missing)
      evidence.push({
        field: `log of ${request.lb}`,
        value: `no ${logFieldWords[field]}`,
        meaning: `cannot tell ${causes.join(", ")}; ${isDirective(directive) ? `add ${directive}` : directive}`,
      });
  }
  if (evidence.length === 0 || (evidence.length === 1 && flags !== null))
    evidence.push({
      field: "node",
      value: `${of.from} → ${of.to}`,
      meaning:
        "the log shows no attempt on the old node, no change of its state and no cookie, address or balancer that would explain the move",
    });
  return evidence.slice(0, MOST);
}
