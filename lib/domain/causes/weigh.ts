import type { Cause, Verdict } from "../causes";
import type { Evidence } from "../evidence";
import { judges } from "../judges.generated";
import type { Case, Finding } from "./case";
import { unknownEvidence } from "./unknown";

/** Below this nothing is said to be the cause. */
const ENOUGH = 0.45;
/** A second cause this strong is shown beside the first. */
const WORTH_SHOWING = 0.4;
/** Two causes this close are not told apart surely, unless the first is beyond doubt. */
const CLOSE = 0.1;
const BEYOND_DOUBT = 0.9;
const UNDECIDED = 0.75;
const MOST_EVIDENCE = 8;

/**
 * The cause of a bounce: every judge is heard, the surest wins. The evidence is
 * the winner's own, then what speaks against it, then what would speak for the
 * others. When none is sure enough the cause is `unknown`, with what the log
 * lacks.
 */
export function weigh(of: Case): Verdict {
  const findings = judges
    .flatMap(({ about: { cause, rank }, judge }) => {
      const finding = judge(of);
      return finding === null ? [] : [{ cause, rank, finding }];
    })
    .sort((a, b) => b.finding.confidence - a.finding.confidence || a.rank - b.rank);
  const [winner, ...others] = findings;
  if (winner === undefined || winner.finding.confidence < ENOUGH)
    return {
      cause: "unknown",
      confidence: 0,
      evidence: distinct([
        ...unknownEvidence(of),
        ...findings.slice(0, 2).map((finding) => wouldSpeakFor(finding, [])),
      ]),
    };
  let { confidence } = winner.finding;
  const second = others[0];
  if (
    second !== undefined &&
    confidence < BEYOND_DOUBT &&
    confidence - second.finding.confidence < CLOSE
  )
    confidence = Math.min(confidence, UNDECIDED);
  return {
    cause: winner.cause,
    confidence: Math.round(confidence * 100) / 100,
    evidence: distinct([
      ...winner.finding.evidence,
      ...(winner.finding.against ?? []).map((one) => ({
        ...one,
        meaning: `speaks against it: ${one.meaning}`,
      })),
      ...others
        .filter(({ finding }) => finding.confidence >= WORTH_SHOWING)
        .slice(0, 2)
        .map((finding) => wouldSpeakFor(finding, winner.finding.evidence)),
    ]),
  };
}

/** What another cause has to say for itself: a fact that is not in evidence yet, else that it rests on the same ones. */
function wouldSpeakFor(
  { cause, finding }: { cause: Cause; finding: Finding },
  shown: readonly Evidence[],
): Evidence {
  const own = finding.evidence.find(
    (one) => !shown.some((other) => other.field === one.field && other.value === one.value),
  );
  return own === undefined
    ? {
        field: "cause",
        value: cause,
        meaning: `would speak for ${cause}, less surely: the same facts`,
      }
    : { ...own, meaning: `would speak for ${cause}: ${own.meaning}` };
}

/** Each fact once, at its first place. */
function distinct(evidence: Evidence[]): Evidence[] {
  const seen = new Set<string>();
  return evidence
    .filter(({ field, value }) => {
      const key = `${field}\u0000${value}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .slice(0, MOST_EVIDENCE);
}
