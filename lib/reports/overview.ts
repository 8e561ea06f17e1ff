import type { z } from "zod";
import type { Overview, overviewQuery } from "@/lib/schemas/results";
import type { Queryable } from "@/lib/store/query";
import { affectedSteps } from "@/lib/store/read/affected-steps";
import { bounceSteps } from "@/lib/store/read/bounce-steps";
import { changesPage } from "@/lib/store/read/changes-page";
import { latencySteps } from "@/lib/store/read/latency-steps";
import { loadSteps } from "@/lib/store/read/load-steps";
import { sessionSteps } from "@/lib/store/read/session-steps";
import { cut, iso, isoOrNull, rangeOf, stepFor } from "@/lib/view/range";
import { Names } from "./names";
import { newestAt } from "./newest";
import { Period } from "./overview-period";
import { minutePeriodsOf, periodsOf } from "./periods";
import { sightingsOf } from "./sightings";
import { changeOf } from "./wire";

/**
 * The key figures of a pool (or of all) over a range, beside those of the
 * period of the same length before, and their course in steps.
 *
 * Requests, errors and latency are counted by the minute: a range that begins
 * or ends within one has the whole of it. Everything else is exact. Figures
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
  const { pools: ofPools, nodes } = names.keys(pools, "with none");
  const keys = { pools: ofPools, nodes };

  const [seen, load, latency, sessions, bounces, affected, changes] = await Promise.all([
    sightingsOf(db, names, pools, now + 60_000),
    loadSteps(db, { ...minutes, ...keys, lb }),
    lb === null ? latencySteps(db, { ...minutes, ...keys }) : [],
    sessionSteps(db, exact),
    bounceSteps(db, exact),
    affectedSteps(db, exact),
    changesPage(db, {
      pools: query.pool === undefined ? null : pools,
      ...range,
      afterAt: null,
      afterId: null,
      limit: 500,
    }),
  ]);
  const told = { load, latency, sessions, bounces, affected };
  const known = seen.all;
  const current = new Period(told, false, steps, {
    seen: known !== null && known.first < minutes.to,
    seconds: (Math.min(minutes.to, Math.max(now, minutes.from + 1000)) - minutes.from) / 1000,
  });
  const previous = new Period(told, true, steps, {
    seen: known !== null && known.first < minutes.from,
    seconds: minutes.length / 1000,
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
    previousSeries: previous.series(minutes, range.from - range.to),
    changes: changes.map((row) => changeOf(names, row)).reverse(),
    newestAt: isoOrNull(await newestAt(db, pools, known?.last ?? null)),
  };
}
