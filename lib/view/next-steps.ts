import { aboutCause, type Cause } from "@/lib/domain/causes";
import type { Weekly, WeekStep } from "@/lib/schemas/weekly";
import { countOf, formatPercent } from "./numbers";

/** Where the bounces of a cause lay. */
export interface CausePlace {
  cause: Cause;
  from: string;
  to: string;
  lb: string;
  bounces: number;
}

/** What the steps of a week are drawn from. */
export interface WeekEvidence
  extends Pick<
    Weekly,
    "from" | "to" | "pool" | "causes" | "classes" | "changes" | "imbalance" | "affinity"
  > {
  places: CausePlace[];
}

/** A pool this uneven is worth a look. */
const uneven = 1.5;
const most = 3;

/**
 * The steps that would have saved most sessions, each with what speaks for it:
 * at most three, fewer where the week gives no reason for more. An unexplained
 * bounce costs its session its continuity; an explained one (infrastructure) is
 * counted only where the session was lost with it.
 */
export function nextSteps(week: WeekEvidence): WeekStep[] {
  const all = week.causes.reduce((sum, row) => sum + row.bounces, 0);
  const steps: (WeekStep & { sessions: number })[] = [];
  for (const row of week.causes) {
    const saved = row.class === "infrastructure" ? row.lostSessions : row.sessions;
    if (saved === 0) continue;
    steps.push({
      subject: row.cause,
      title: aboutCause(row.cause).step,
      sessions: saved,
      evidence: [
        `${countOf(row.bounces, "bounce")} of ${countOf(row.sessions, "session")}, ${formatPercent(row.bounces / all, 0)} of all; ${countOf(row.previousBounces, "bounce")} the week before`,
        ...(row.lostSessions > 0
          ? [`${countOf(row.lostSessions, "of these sessions was", "of these sessions were")} lost`]
          : []),
        ...placeWords(week.places.filter((place) => place.cause === row.cause)),
        ...week.changes
          .filter(({ cause }) => cause === row.cause)
          .slice(0, 1)
          .map(
            ({ change, before, after }) =>
              `after “${change.title}”: ${countOf(after, "bounce")} in half an hour, ${before} in the one before`,
          ),
      ],
      path: pathOf(week, { tab: "bounces", cause: row.cause }),
      runbook: `docs/runbooks/${row.cause}.md`,
    });
  }
  const storage = week.classes.find((row) => row.class === "storage");
  if (storage && storage.lostSessions > 0)
    steps.push({
      subject: "storage",
      title: "Look at the session store: sessions stayed on their node and were lost",
      sessions: storage.lostSessions,
      evidence: [
        `${countOf(storage.lostSessions, "session")} lost to storage; ${storage.previousLostSessions} the week before`,
      ],
      path: pathOf(week, { tab: "lost" }),
      runbook: "docs/runbooks/storage.md",
    });
  const chosen: WeekStep[] = steps
    .sort((a, b) => b.sessions - a.sessions || a.title.localeCompare(b.title))
    .slice(0, most);
  return [...chosen, ...affinity(week), ...balance(week)].slice(0, most);
}

function placeWords(places: CausePlace[]): string[] {
  const all = places.reduce((sum, place) => sum + place.bounces, 0);
  const words: string[] = [];
  const move = largest(places, (place) => `${place.from} to ${place.to}`);
  if (move) words.push(`most from ${move.key} (${move.bounces} of ${all})`);
  const balancers = new Set(places.map((place) => place.lb));
  const lb = largest(places, (place) => place.lb);
  if (lb && balancers.size > 1) words.push(`most through ${lb.key} (${lb.bounces} of ${all})`);
  return words;
}

function largest(
  places: CausePlace[],
  keyOf: (place: CausePlace) => string,
): { key: string; bounces: number } | null {
  const sums = new Map<string, number>();
  for (const place of places) sums.set(keyOf(place), (sums.get(keyOf(place)) ?? 0) + place.bounces);
  return [...sums]
    .map(([key, bounces]) => ({ key, bounces }))
    .reduce<{ key: string; bounces: number } | null>(
      (best, one) => (best === null || one.bounces > best.bounces ? one : best),
      null,
    );
}

function affinity(week: WeekEvidence): WeekStep[] {
  const [worst, ...others] = week.affinity.filter(({ mismatch }) => mismatch !== null);
  if (!worst) return [];
  return [
    {
      subject: "affinity",
      title: `Let ${worst.lb} bind the sessions of ${worst.pool} as it is declared`,
      sessions: null,
      evidence: [worst, ...others]
        .slice(0, most)
        .map(({ pool, lb, mismatch }) => `${pool} at ${lb}: ${mismatch ?? ""}`),
      path: `/nodes?${new URLSearchParams({ pool: worst.pool, from: week.from, to: week.to })}`,
      runbook: "docs/runbooks/no-affinity.md",
    },
  ];
}

function balance(week: WeekEvidence): WeekStep[] {
  const found = week.imbalance
    .map(({ pool, days }) => {
      const known = days.filter((day) => day !== null);
      return { pool, days: known.filter((day) => day > uneven).length, top: Math.max(...known) };
    })
    .filter(({ days }) => days >= 2)
    .sort((a, b) => b.days - a.days || b.top - a.top)[0];
  if (!found) return [];
  return [
    {
      subject: "imbalance",
      title: `Even out the load of ${found.pool}`,
      sessions: null,
      evidence: [
        `on ${countOf(found.days, "day")} its busiest node had more than ${uneven} times the mean, at most ${found.top.toFixed(2)} times`,
      ],
      path: `/nodes?${new URLSearchParams({ pool: found.pool, from: week.from, to: week.to })}`,
      runbook: "docs/runbooks/imbalance.md",
    },
  ];
}

function pathOf({ from, to, pool }: WeekEvidence, more: Record<string, string>): string {
  return `/sessions?${new URLSearchParams({ ...more, from, to, ...(pool === null ? {} : { pool }) })}`;
}
