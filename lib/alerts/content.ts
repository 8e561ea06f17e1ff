import {
  judgedAs,
  likelihoodReason,
  likelihoods,
  likelihoodWord,
} from "@/lib/domain/alerts/culprit";
import { minuteMs, stepMs } from "@/lib/domain/alerts/grid";
import { type Incident, isAboutSessions } from "@/lib/domain/alerts/incidents";
import { localise, type Place } from "@/lib/domain/alerts/localise";
import { type Cause, causes, classOf } from "@/lib/domain/causes";
import type { Names } from "@/lib/reports/names";
import { changeOf, sessionOf } from "@/lib/reports/wire";
import type { AlertContent } from "@/lib/schemas/alerts";
import { affectedCounts, affectedSamples, firstMark } from "@/lib/store/alerts/affected";
import { bounceCounts } from "@/lib/store/alerts/bounce-counts";
import { deedCount } from "@/lib/store/alerts/deed-count";
import { loadCounts } from "@/lib/store/alerts/load-counts";
import { lossCounts } from "@/lib/store/alerts/loss-counts";
import type { Queryable } from "@/lib/store/query";
import { changesPage } from "@/lib/store/read/changes-page";
import { formatDuration } from "@/lib/view/numbers";
import { iso } from "@/lib/view/range";
import { balancerOf, runbookName } from "./runbooks";
import { summaryOf } from "./words";

/** How long before its onset an incident's chart begins, and changes are looked for. */
const beforeMs = 30 * minuteMs;
const dayMs = 24 * 60 * minuteMs;
const longestChartMs = 3 * 60 * minuteMs;

/** The causes that speak for an incident: its own, else those of its subject; none for what is not about causes. */
export function causesOf(subject: string, own: readonly Cause[]): Cause[] {
  if (!isAboutSessions(subject) || (subject === "storage" && own.length === 0)) return [];
  // What has no proved cause is counted with the incident that it joined.
  return causes.filter(
    (cause) =>
      cause === "unknown" || (own.length > 0 ? own.includes(cause) : classOf(cause) === subject),
  );
}

export interface Told {
  cause: Cause | null;
  content: AlertContent;
}

/** What an alert of a pool says, from the facts between its onset and `to`. */
export async function contentOf(
  db: Queryable,
  names: Names,
  incident: Pick<Incident, "pool" | "subject" | "causes" | "nodes" | "since" | "endedAt" | "rules">,
  clock: number,
  sources: readonly { lb: string | null; pool: string | null; format: string }[],
): Promise<Told> {
  const { subject, pool: poolName } = incident;
  const pool = names.poolIds(poolName ?? "")[0] ?? -1;
  const to = incident.endedAt === null ? clock : Math.min(clock, incident.endedAt + minuteMs);
  const own = causesOf(subject, incident.causes);
  const aboutSessions = own.length > 0 || subject === "storage";
  // What may have been brought about by a change.
  const isSetOff = aboutSessions || subject === "imbalance";
  const asked = { pool, causes: own, subject };
  // What crossed the threshold at `since` began within the window before it.
  const before = incident.since - minuteMs - stepMs;
  const first = aboutSessions ? await firstMark(db, { ...asked, from: before, to }) : [];
  const onset = first[0]?.at ?? incident.since;
  const span = { from: onset, to: Math.max(to, onset + 1000) };
  const chartFrom = Math.floor((onset - beforeMs) / minuteMs) * minuteMs;
  const keys = names.keys([pool], "without none");
  const counted = aboutSessions && pool >= 0;
  const [bounces, losses, load, counts, samples, changes, deeds] = await Promise.all([
    counted
      ? bounceCounts(db, { pools: [pool], froms: [chartFrom], to: span.to, step: stepMs })
      : [],
    counted ? lossCounts(db, { pools: [pool], from: chartFrom, to: span.to, step: stepMs }) : [],
    loadCounts(db, {
      pools: keys.pools,
      nodes: keys.nodes,
      froms: keys.pools.map(() => onset - minuteMs),
      to: span.to,
    }),
    counted ? affectedCounts(db, { ...asked, ...span }) : [],
    counted ? affectedSamples(db, { ...asked, ...span }) : [],
    changesPage(db, {
      pools: [pool],
      from: chartFrom,
      to: span.to,
      afterAt: null,
      afterId: null,
      limit: 200,
    }),
    deedCount(db, { pool, from: onset - dayMs, to: onset + 1 }),
  ]);

  const since = Math.floor(onset / stepMs) * stepMs;
  const byCause = new Map<Cause, number>();
  const nodes = new Tally();
  const lbs = new Tally();
  for (const row of load)
    for (const requests of row.requests) {
      const node = names.nodeName(row.node);
      // What is about a node by itself has all that the node does for its trouble.
      nodes.add(node, own.length === 0 && incident.nodes.includes(node) ? requests : 0, requests);
      lbs.add(names.lb(row.lb), 0, requests);
    }
  const series = new Map<number, { byCause: Partial<Record<Cause, number>>; lost: number }>();
  const minuteOf = (at: number) => {
    const minute = Math.floor(at / minuteMs) * minuteMs;
    const known = series.get(minute) ?? { byCause: {}, lost: 0 };
    series.set(minute, known);
    return known;
  };
  for (const row of bounces) {
    const minute = minuteOf(row.at);
    minute.byCause[row.cause] = (minute.byCause[row.cause] ?? 0) + row.n;
    if (row.at < since || !own.includes(row.cause)) continue;
    byCause.set(row.cause, (byCause.get(row.cause) ?? 0) + row.n);
    // A node that failed is where its sessions left; where a rule is wrong, both ends are.
    nodes.add(names.nodeName(row.is_return ? row.to_node : row.from_node), row.n, 0);
    if (classOf(row.cause) !== "infrastructure")
      nodes.add(names.nodeName(row.is_return ? row.from_node : row.to_node), row.n, 0);
    lbs.add(names.lb(row.lb), row.n, 0);
  }
  for (const row of losses) {
    minuteOf(row.at).lost += row.n;
    if (row.at >= since && subject === "storage" && row.lost_to === subject)
      nodes.add(row.node === null ? "" : names.resolve(pool, row.node), row.n, 0);
  }
  const shown = [...byCause].sort(([one, a], [other, b]) => b - a || one.localeCompare(other));
  const cause = shown.find(([known]) => known !== "unknown")?.[0] ?? shown[0]?.[0] ?? null;
  const places = { nodes: localise(nodes.portions()), lbs: localise(lbs.portions()) };
  const where = {
    nodes: new Set(involved(places.nodes)),
    lbs: new Set(involved(places.lbs)),
  };
  const suspects = likelihoods(
    changes
      .map((row) => {
        const change = changeOf(names, row);
        return { at: row.at, kind: row.kind, node: change.node, lb: change.lb, change };
      })
      .filter(({ at }) => at >= onset - beforeMs),
    {
      onset,
      crossedAt: incident.since,
      cause,
      subject: judgedAs(cause, subject),
      where,
      perDay: deeds[0]?.n ?? 0,
    },
  )
    .map(({ suspect: { at, change }, likelihood }) => {
      const value = isSetOff ? Number(likelihood.value.toFixed(2)) : 0;
      return {
        change,
        beforeMs: onset - at,
        likelihood: value,
        word: likelihoodWord(value),
        why: isSetOff ? likelihoodReason(likelihood) : "",
      };
    })
    .sort((a, b) => b.likelihood - a.likelihood || Math.abs(a.beforeMs) - Math.abs(b.beforeMs))
    .slice(0, 3);
  const minutes = minutesBetween(chartFrom, Math.min(span.to, chartFrom + longestChartMs));
  const count = counts[0] ?? { sessions: 0, affected: 0, lost: 0 };
  const format = formatFor(sources, poolName, involved(places.lbs));
  const content: AlertContent = {
    summary: "",
    onset: iso(onset),
    to: iso(span.to),
    sessions: count.sessions,
    affectedSessions: count.affected,
    lostSessions: count.lost,
    bounces: shown.reduce((sum, [, n]) => sum + n, 0),
    nodes: places.nodes,
    lbs: places.lbs,
    causes: shown.map(([name, n]) => ({ cause: name, bounces: n })),
    suspects,
    samples: samples.map((row) => {
      const session = sessionOf(names, row);
      return {
        id: session.id,
        bounces: row.moved,
        lost: row.gone,
        nodes: session.nodes,
        mainCause: session.mainCause,
      };
    }),
    series: minutes.map((at) => ({ at: iso(at), ...(series.get(at) ?? { byCause: {}, lost: 0 }) })),
    runbook: { name: runbookName(subject, cause), balancer: balancerOf(format) },
  };
  return {
    cause,
    content: { ...content, summary: summaryOf(incident, cause, content, formatDuration) },
  };
}

function involved(places: readonly Place[]): string[] {
  return places.filter((place) => place.involved).map(({ name }) => name);
}

class Tally {
  private readonly rows = new Map<string, { bad: number; requests: number }>();

  add(name: string, bad: number, requests: number): void {
    if (name === "") return;
    const row = this.rows.get(name) ?? { bad: 0, requests: 0 };
    row.bad += bad;
    row.requests += requests;
    this.rows.set(name, row);
  }

  portions() {
    return [...this.rows].map(([name, row]) => ({ name, ...row }));
  }
}

function minutesBetween(from: number, to: number): number[] {
  return Array.from({ length: Math.ceil((to - from) / minuteMs) }, (_, n) => from + n * minuteMs);
}

/** The log format of the pool's (or a balancer's) source, where one is declared. */
function formatFor(
  sources: readonly { lb: string | null; pool: string | null; format: string }[],
  pool: string | null,
  lbs: readonly string[],
): string | null {
  const own =
    sources.find(({ lb }) => lb !== null && lbs.includes(lb)) ??
    sources.find((source) => source.pool !== null && source.pool === pool);
  return own && own.format !== "auto" ? own.format : null;
}
