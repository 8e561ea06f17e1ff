import type { z } from "zod";
import { quantile } from "@/lib/domain/latency";
import { Problem } from "@/lib/domain/problem";
import { dayMs, lastFullWeek, weekAfter, weekMs, weekNamed } from "@/lib/domain/weeks";
import type { Objectives, Weekly, weeklyQuery } from "@/lib/schemas/weekly";
import type { Queryable } from "@/lib/store/query";
import { affectedSteps } from "@/lib/store/read/affected-steps";
import { moveCounts } from "@/lib/store/read/move-counts";
import { nextSteps } from "@/lib/view/next-steps";
import { iso } from "@/lib/view/range";
import { Names } from "./names";
import { objectiveOf, objectives } from "./objectives";
import { regressions } from "./regressions";
import { bounceShare, mostBounces, mostWithSessions, sessionsSeen } from "./volume";
import { weekAffinity } from "./week-affinity";
import { budgetOf, daysOf } from "./week-budget";
import { weekIncidents } from "./week-incidents";
import { balancersOf, causesOf, classesOf, imbalanceDays, nodesOf, recoveryOf } from "./week-parts";
import { tellWeek } from "./week-told";
import { type ToldWindow, windowFigures } from "./window-figures";
import { round } from "./wire";

/**
 * The review of a week: of a pool, or over all of them.
 *
 * Sessions count in a week in which they were seen; they are affected by an
 * unexplained bounce or a loss within it. Days and weeks are those of UTC. Of
 * more than 20,000 bounces those of one session in 4 (32, 256) stand for all,
 * and so do 2,000 losses for the time that it took to recover from more.
 * @throws {Problem} 400 for a week that is none, 404 for a pool that is not known.
 */
export async function weekly(
  db: Queryable,
  query: Pick<z.output<typeof weeklyQuery>, "pool" | "week">,
  now: number,
): Promise<Weekly> {
  const week = query.week === undefined ? lastFullWeek(now) : weekNamed(query.week);
  if (week === null) {
    const message = "give an ISO 8601 week, as in 2026-W47";
    throw new Problem(400, "Week not understood", `week: ${message}`, {
      errors: [{ path: "week", message }],
    });
  }
  const [names, aims] = await Promise.all([Names.read(db), objectives(db)]);
  const scope = names.poolIds(query.pool);
  if (query.pool !== undefined && scope.length === 0)
    throw new Problem(404, "Pool not found", "No pool has this name");
  const before = weekAfter(week, -1);
  const [current, previous] = await Promise.all([
    tellWeek(db, names, scope, week),
    tellWeek(db, names, scope, before),
  ]);
  const days = {
    before: before.from,
    from: week.from,
    to: week.to,
    length: weekMs,
    start: week.from,
    step: dayMs,
    pools: scope,
    lb: null,
  };
  const asked = query.pool ?? null;
  const weeks = { from: before.from, to: week.to };
  const [share, shareOfMoves] = await Promise.all([
    bounceShare(db, scope, weeks, mostWithSessions),
    bounceShare(db, scope, week, mostBounces),
  ]);
  const [daySessions, dayAffected, moves, changes] = await Promise.all([
    Promise.all(daysFrom(before.from, 14).map((day) => sessionsSeen(db, scope, day))),
    affectedSteps(db, share, { ...days, until: week.from }),
    moveCounts(db, shareOfMoves, { pools: scope, from: week.from, to: week.to }),
    regressions(db, names, asked === null ? null : scope, week, now),
  ]);
  const [incidents, formerIncidents, affinity] = await Promise.all([
    weekIncidents(db, asked, week),
    weekIncidents(db, asked, before),
    weekAffinity(db, names, scope, week),
  ]);
  const { items: _, ...previousIncidents } = formerIncidents;
  // Within one pool, its own row holds what the row over all does, and the imbalance besides.
  const place = scope.length === 1 ? (scope[0] ?? null) : null;
  const figures = windowFigures(names, current.told, place);
  const budget = budgetOf(figures, objectiveOf(aims, asked));
  const causes = causesOf(current.told, previous.told);
  const classes = classesOf(current, previous);
  const imbalance = imbalanceDays(names, scope, week, current.told.load, previous.told.load);
  const ends = { from: iso(week.from), to: iso(week.to), pool: asked };
  const places = moves.map((row) => ({
    cause: row.cause,
    from: names.nodeName(row.from_node),
    to: names.nodeName(row.to_node),
    lb: names.lb(row.lb),
    bounces: row.n,
  }));
  return {
    week: week.name,
    ...ends,
    madeAt: iso(now),
    complete: week.to <= now,
    current: figures,
    previous: windowFigures(names, previous.told, place),
    p50Ms: rounded(quantile(current.latency, 0.5)),
    p95Ms: rounded(quantile(current.latency, 0.95)),
    previousP95Ms: rounded(quantile(previous.latency, 0.95)),
    budget,
    days: daysOf({ week, now, budget, daySessions, dayAffected, affected: current.told.affected }),
    classes,
    causes,
    incidents,
    previousIncidents,
    affinity,
    recovery: recoveryOf(current.recovery),
    previousRecovery: recoveryOf(previous.recovery),
    pools: poolsOf(names, scope, aims, current.told, previous.told),
    nodes: nodesOf(names, scope, current, moves),
    lbs: balancersOf(names, current.told.load, moves),
    changes,
    imbalance,
    steps: nextSteps({ ...ends, causes, classes, changes, imbalance, affinity, places }),
  };
}

/** So many days, one after the other. */
function daysFrom(first: number, count: number) {
  return Array.from({ length: count }, (_, place) => ({
    from: first + place * dayMs,
    to: first + (place + 1) * dayMs,
  }));
}

/** Each pool that had anything in either week, the least continuous first. */
function poolsOf(
  names: Names,
  scope: number[],
  aims: Objectives,
  current: ToldWindow,
  previous: ToldWindow,
): Weekly["pools"] {
  return scope
    .filter((id) => names.pool(id) !== "")
    .map((id) => {
      const figures = windowFigures(names, current, id);
      const pool = names.pool(id);
      return {
        pool,
        current: figures,
        previous: windowFigures(names, previous, id),
        budget: budgetOf(figures, objectiveOf(aims, pool)),
      };
    })
    .filter(({ current, previous }) =>
      [current, previous].some((figures) => figures.requests > 0 || figures.sessions > 0),
    )
    .sort(
      (a, b) =>
        (a.current.continuityRate ?? 2) - (b.current.continuityRate ?? 2) ||
        b.current.bounces - a.current.bounces ||
        a.pool.localeCompare(b.pool),
    );
}

function rounded(ms: number | null): number | null {
  return ms === null ? null : round(ms, 4);
}
