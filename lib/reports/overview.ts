import type { z } from "zod";
import { isExplained } from "@/lib/domain/causes";
import { allPools } from "@/lib/domain/spans";
import type { Overview, overviewQuery } from "@/lib/schemas/results";
import type { Queryable } from "@/lib/store/query";
import { affectedSteps } from "@/lib/store/read/affected-steps";
import { bounceSteps } from "@/lib/store/read/bounce-steps";
import { changesPage } from "@/lib/store/read/changes-page";
import { latencySteps } from "@/lib/store/read/latency-steps";
import { loadSteps } from "@/lib/store/read/load-steps";
import { lossCount } from "@/lib/store/read/loss-count";
import { sessionSpans } from "@/lib/store/read/session-spans";
import { sessionSteps } from "@/lib/store/read/session-steps";
import { shareFor } from "@/lib/store/read/shares";
import { cut, iso, isoOrNull, rangeOf, stepFor } from "@/lib/view/range";
import { Names } from "./names";
import { newestAt } from "./newest";
import { objectiveOf, objectives } from "./objectives";
import { causeOf, Period } from "./overview-period";
import {
  exactSegments,
  minutePeriodsOf,
  periodsOf,
  segmentsAfter,
  segmentsOfPeriods,
} from "./periods";
import { sightingsOf } from "./sightings";
import { sessionShare } from "./volume";
import { changeOf } from "./wire";

/** Bounces and losses that are read one by one, to find the sessions that they happened to. */
const mostMarks = 20_000;

/**
 * The key figures of a pool (or of all) over a range, beside those of the
 * period of the same length before, and their course in steps.
 *
 * Requests, errors, latency and sessions are counted by the minute: a range
 * that begins or ends within one has the whole of it. Bounces are exact. So are
 * affected and lost sessions up to 20,000 bounces and losses in both periods;
 * of more, those of one session in 4 (32, 256) stand for all, which of n
 * sessions found is off by about 1/sqrt(n): 3 % for a thousand. So it is with
 * the sessions of one balancer, where both periods saw more than 100,000. Figures
 * are null where there is nothing to reckon from: no request was ever seen
 * before the period's end, or a share has nothing to be a share of. Latency is
 * not kept by balancer, and so is null when one is asked for. Sessions that are
 * affected are those with an unexplained bounce or a loss within the period.
 * @throws {Problem} 400 for a range that is not understood.
 */
export async function overview(
  db: Queryable,
  query: z.output<typeof overviewQuery>,
  now: number,
): Promise<Overview> {
  const range = rangeOf(query, now);
  const steps = cut(range, stepFor(range));
  const names = await Names.read(db);
  const pools = names.poolIds(query.pool);
  const lb = names.lbId(query.lb);
  const exact = { ...periodsOf(range, steps), pools, lb };
  const minutes = minutePeriodsOf(range, steps);
  const counted = segmentsOfPeriods(minutes);
  // Within one pool nothing is counted twice.
  const shared = pools.length === 1 ? pools : [...pools, allPools];

  const [seen, load, latency, sessions, spans, bounces, losses, changes, aims] = await Promise.all([
    sightingsOf(db, names, pools, now + 60_000),
    loadSteps(db, { ...counted, pools, lb }),
    lb === null ? latencySteps(db, { ...counted, pools }) : [],
    lb === null ? [] : sessionsThrough(db, exact),
    lb === null ? sessionSpans(db, { ...counted, ...segmentsAfter(minutes), pools: shared }) : [],
    bounceSteps(db, { ...exactSegments(exact), pools, lb }),
    lossCount(db, { pools, from: exact.before, to: exact.to, most: mostMarks }),
    changesPage(db, {
      pools: query.pool === undefined ? null : pools,
      ...range,
      afterAt: null,
      afterId: null,
      limit: 500,
    }),
    objectives(db),
  ]);
  const marks = bounces.reduce(
    (sum, row) => (isExplained(causeOf(row.cause)) ? sum : sum + row.n),
    losses[0]?.n ?? 0,
  );
  const known = seen.all;
  const [affected, newest] = await Promise.all([
    affectedSteps(db, shareFor(marks, mostMarks), exact),
    newestAt(db, pools, known?.last ?? null),
  ]);
  const told = { load, latency, sessions, spans, bounces, affected };
  const current = new Period(told, false, steps, {
    seen: known !== null && known.first < minutes.to,
    seconds: (Math.min(minutes.to, Math.max(now, minutes.from + 1000)) - minutes.from) / 1000,
  });
  const previous = new Period(told, true, steps, {
    seen: known !== null && known.first < minutes.from,
    seconds: (minutes.until - minutes.before) / 1000,
  });
  const before = previous.figures();
  const figure = (name: keyof typeof before, value: number | null) => ({
    value,
    previous: before[name],
  });
  const figures = current.figures();
  return {
    from: iso(range.from),
    to: iso(range.to),
    stepMs: steps.step,
    continuityRate: figure("continuityRate", figures.continuityRate),
    objective: objectiveOf(aims, query.pool ?? null),
    requests: figure("requests", figures.requests),
    requestsPerSecond: figure("requestsPerSecond", figures.requestsPerSecond),
    sessions: figure("sessions", figures.sessions),
    affectedSessions: figure("affectedSessions", figures.affectedSessions),
    bounces: figure("bounces", figures.bounces),
    unexplainedBounces: figure("unexplainedBounces", figures.unexplainedBounces),
    lostSessions: figure("lostSessions", figures.lostSessions),
    errorRate: figure("errorRate", figures.errorRate),
    p50Ms: figure("p50Ms", figures.p50Ms),
    p95Ms: figure("p95Ms", figures.p95Ms),
    p99Ms: figure("p99Ms", figures.p99Ms),
    bouncesByCause: current.bouncesByCause(),
    series: current.series({ ...minutes, to: Math.min(minutes.to, now) }, 0),
    previousSeries: previous.series(minutes, -minutes.length),
    changes: changes.map((row) => changeOf(names, row)).reverse(),
    newestAt: isoOrNull(newest),
  };
}

/** Sessions that came through a balancer, one by one up to 100,000 sessions of both periods; of more, of one in 32 (1024). */
async function sessionsThrough(
  db: Queryable,
  asked: Parameters<typeof sessionSteps>[1],
): ReturnType<typeof sessionSteps> {
  const share = await sessionShare(db, asked.pools, { from: asked.before, to: asked.to });
  return sessionSteps(db, asked, share);
}
