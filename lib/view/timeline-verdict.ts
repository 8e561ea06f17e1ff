/** The timeline in one sentence: how often, across how many nodes, in what time, why mainly, and what it cost. */
import { type Cause, isExplained } from "@/lib/domain/causes";
import { mostJudged } from "@/lib/domain/history";
import type { Bounce, Timeline } from "@/lib/schemas/results";
import { countOf, formatCount, formatDuration } from "./numbers";

/** A piece of a sentence; strong pieces carry its news. */
export interface Phrase {
  text: string;
  strong?: boolean;
}

export function timelineVerdict({
  session,
  bounces,
  losses,
  requests: shown,
  truncated,
}: Pick<Timeline, "session" | "bounces" | "losses" | "requests" | "truncated">): Phrase[] {
  const span = Date.parse(session.lastSeen) - Date.parse(session.firstSeen);
  const within = span > 0 ? ` in ${formatDuration(span)}` : "";
  const requests = countOf(session.requests, "request");
  const phrases: Phrase[] = [];

  if (session.bounces === 0) {
    const [node] = session.nodes;
    phrases.push(
      { text: "Did not bounce", strong: true },
      {
        text:
          session.nodes.length === 1 && node
            ? `: ${session.requests === 1 ? "its one request" : `all ${requests}`} reached ${node}${within}.`
            : `: ${requests}${within}.`,
      },
    );
  } else {
    phrases.push(
      { text: "Bounced " },
      {
        text: `${countOf(session.bounces, "time")} across ${countOf(session.nodes.length, "node")}`,
        strong: true,
      },
      { text: `${within}${split(session.bounces, session.returns)}. ` },
      ...chiefCause(bounces),
    );
    if (session.unexplained === 0) phrases.push({ text: " Every bounce is explained." });
  }
  if (session.lost > 0) phrases.push(...lossPhrases(session.lost, losses));
  if (truncated) phrases.push({ text: ` ${formatCount(shown.length)} of them are shown.` });
  if (session.requests > mostJudged)
    phrases.push({ text: ` Only its first ${formatCount(mostJudged)} requests are judged.` });
  return phrases;
}

function split(bounces: number, returns: number): string {
  if (returns === 0) return "";
  return `: ${countOf(bounces - returns, "hop")}, ${countOf(returns, "return")}`;
}

function chiefCause(bounces: readonly Pick<Bounce, "isReturn" | "cause">[]): Phrase[] {
  const away = bounces.filter((bounce) => !bounce.isReturn);
  const counted = away.length > 0 ? away : bounces;
  const counts = new Map<Cause, number>();
  for (const { cause } of counted) counts.set(cause, (counts.get(cause) ?? 0) + 1);
  const ranked = [...counts].sort((a, b) => b[1] - a[1]);
  const [cause, count] = ranked[0] ?? [];
  if (!cause || count === undefined) return [];
  const alike = ranked.filter(([, other]) => other === count).map(([name]) => name);
  if (alike.length > 1)
    return [
      { text: ranked.length === alike.length ? "The causes are " : "The main causes are " },
      { text: `${alike.slice(0, -1).join(", ")} and ${alike.at(-1)}`, strong: true },
      { text: "." },
    ];
  const share =
    counts.size === 1
      ? ""
      : `, ${formatCount(count)} of ${countOf(counted.length, away.length > 0 ? "hop" : "bounce")}`;
  const nature =
    cause === "unknown"
      ? "not proved by the log"
      : isExplained(cause)
        ? "explained"
        : "unexplained";
  return [
    { text: counts.size === 1 ? "The cause is " : "The main cause is " },
    { text: cause, strong: true },
    { text: `${share} (${nature}).` },
  ];
}

function lossPhrases(lost: number, losses: readonly { lostTo: string | null }[]): Phrase[] {
  const counts = new Map<string, number>();
  for (const { lostTo } of losses) if (lostTo) counts.set(lostTo, (counts.get(lostTo) ?? 0) + 1);
  const ways = [...counts].sort((a, b) => b[1] - a[1]).map(([way]) => way);
  const times = lost === 1 ? "once" : countOf(lost, "time");
  return [
    { text: " It was " },
    { text: `lost ${times}`, strong: true },
    { text: ways.length === 0 ? "." : `, to ${ways.join(" and ")}.` },
  ];
}
