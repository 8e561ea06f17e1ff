import { type Cause, classOf } from "@/lib/domain/causes";
import type { ChangeKind } from "@/lib/domain/facts";
import type { ChangeMark, Overview } from "@/lib/schemas/results";
import { changePhrase } from "./change-words";
import { countOf, formatCount, formatPercent } from "./numbers";
import { type CauseShare, causeShares, misses, stayedWords } from "./overview";

/** A piece of the sentence; strong ones are names and numbers. `at` is written in the reader's zone. */
export type Words = { kind: "text"; text: string; strong: boolean } | { kind: "time"; at: number };

export interface Situation {
  /** The answer in two or three words; null where no session has come twice. */
  verdict: { text: string; bad: boolean } | null;
  words: Words[];
  /** More bounces than before, by a margin; the line then has a red edge. */
  bad: boolean;
}

const plain = (text: string): Words => ({ kind: "text", text, strong: false });
const strong = (text: string): Words => ({ kind: "text", text, strong: true });

/**
 * One sentence: scope, size, comparison, main cause, and the change next to which it began.
 * @param rangeWords the range within a sentence, such as `this hour`.
 */
export function situation(
  overview: Overview,
  pool: string | null,
  rangeWords: string,
): Situation | null {
  const { bounces, requests, sessions } = overview;
  if (bounces.value === null || requests.value === null || requests.value === 0) return null;
  const scope = strong(pool ?? "All pools");
  const verdict = verdictOn(overview);
  if (sessions.value === 0)
    return {
      verdict,
      words: [
        scope,
        plain(` had ${formatCount(requests.value)} requests ${rangeWords}, none with a session.`),
      ],
      bad: false,
    };
  if (bounces.value === 0)
    return {
      verdict,
      words: [
        strong("No bounces"),
        plain(` ${rangeWords}${pool ? ` in ${pool}` : ""}. ${stayedWords(requests.value)}`),
        ...lostWords(overview),
      ],
      bad: verdict?.bad === true,
    };

  const words: Words[] = [
    scope,
    plain(" bounced "),
    strong(bounces.value === 1 ? "once" : `${formatCount(bounces.value)} times`),
    plain(` ${rangeWords}${comparison(bounces.value, bounces.previous)}.`),
  ];
  const main = causeShares(overview.bouncesByCause)[0];
  if (main) {
    words.push(plain(" "), ...mainCause(main));
    const onset = onsetOf(overview, main.cause);
    const change = onset === null ? null : changeBefore(overview, onset, main.cause);
    if (change)
      words.push(plain(", which began about when "), strong(changePhrase(change)), plain(" at "), {
        kind: "time",
        at: Date.parse(change.at),
      });
    words.push(plain("."));
  }
  words.push(...lostWords(overview));
  return {
    verdict,
    words,
    bad: isBad(bounces.value, bounces.previous) || verdict?.bad === true,
  };
}

function lostWords({ lostSessions }: Overview): Words[] {
  const lost = lostSessions.value ?? 0;
  if (lost === 0) return [];
  return [
    plain(" "),
    strong(countOf(lost, "session")),
    plain(`${lost === 1 ? " was" : " were"} lost.`),
  ];
}

/** Whether stickiness holds, against the continuity that is aimed at. */
function verdictOn(overview: Overview): Situation["verdict"] {
  const { continuityRate, objective } = overview;
  if (continuityRate.value === null) return null;
  if (continuityRate.value === 1) return { text: "Stickiness holds", bad: false };
  const kept = `${formatPercent(continuityRate.value, continuityRate.value > 0.99 ? 2 : 1)} kept`;
  return misses(overview)
    ? { text: `Stickiness fails: ${kept}, aim ${formatPercent(objective, 1)}`, bad: true }
    : { text: `Stickiness holds: ${kept}`, bad: false };
}

function mainCause({ cause, share }: CauseShare): Words[] {
  if (cause === "unknown")
    return share === 1
      ? [strong("None of it"), plain(" has a proved cause")]
      : [strong(formatPercent(share, 0)), plain(" has no proved cause")];
  return [strong(share === 1 ? "All of it" : formatPercent(share, 0)), plain(` is ${cause}`)];
}

function comparison(value: number, previous: number | null): string {
  if (previous === null || previous === value) return "";
  return `, ${value > previous ? "up" : "down"} from ${formatCount(previous)}`;
}

function isBad(value: number, previous: number | null): boolean {
  return previous !== null && value - previous >= 5 && value >= previous * 1.5;
}

/** The step in which a cause rose out of what it was before; null when it was there from the start. */
export function onsetOf(overview: Overview, cause: Cause): number | null {
  const counts = overview.series.map((point) => point.bouncesByCause[cause] ?? 0);
  const peak = Math.max(...counts);
  if (peak < 3) return null;
  const index = counts.findIndex((count) => count >= Math.max(2, peak / 4));
  if (index < 2) return null;
  const before = counts.slice(0, index);
  const mean = before.reduce((sum, count) => sum + count, 0) / before.length;
  const found = counts[index] ?? 0;
  const point = overview.series[index];
  return point && mean * 3 < found ? Date.parse(point.at) : null;
}

/** The kinds of change that can bring a cause about; a client's ways have none that a balancer notes. */
function kindsBehind(cause: Cause): readonly ChangeKind[] {
  switch (classOf(cause)) {
    case "infrastructure":
      return ["node-down", "node-drain", "node-maintenance", "deploy", "scale"];
    case "routing":
      return ["config", "deploy", "scale", "other"];
    case "client":
    case "unknown":
      return [];
  }
}

/** The last change that can be behind the cause, not later than the end of that step and not more than two steps earlier. */
function changeBefore(overview: Overview, onset: number, cause: Cause): ChangeMark | null {
  const from = onset - 2 * overview.stepMs;
  const to = onset + overview.stepMs;
  const kinds = kindsBehind(cause);
  return (
    overview.changes.findLast((change) => {
      const at = Date.parse(change.at);
      return at >= from && at < to && kinds.includes(change.kind);
    }) ?? null
  );
}
