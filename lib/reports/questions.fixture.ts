import { changesQuery } from "@/lib/schemas/changes";
import { compareQuery } from "@/lib/schemas/compare";
import { heatmapMetrics, heatmapQuery } from "@/lib/schemas/heatmap";
import { bounceGroupsQuery } from "@/lib/schemas/lists";
import { nodesQuery } from "@/lib/schemas/pools";
import * as schemas from "@/lib/schemas/results";
import { spreadQuery } from "@/lib/schemas/spread";
import type { Queryable } from "@/lib/store/query";
import { bounces, groupedBounces } from "./bounces";
import { changes } from "./changes";
import { compare } from "./compare";
import { heatmap } from "./heatmap";
import { lookup } from "./lookup";
import { losses } from "./losses";
import { nodes } from "./nodes";
import { overview } from "./overview";
import { pools } from "./pools";
import { rejects } from "./rejects";
import { sessions } from "./sessions";
import { spread } from "./spread";
import { timeline } from "./timeline";
import { transitions } from "./transitions";

type Question = (db: Queryable, now: number) => Promise<unknown>;

/** Every question that a page asks, over a range and a pool; `session` is the id of one that bounced. */
export function questionsOf(
  range: { from: string; to: string },
  pool: string | undefined,
  session: string,
): Record<string, Question> {
  const asked = pool === undefined ? range : { ...range, pool };
  const maps = heatmapMetrics.map((metric): [string, Question] => [
    `heatmap ${metric}`,
    (db, now) => heatmap(db, heatmapQuery.parse({ ...asked, metric }), now),
  ]);
  const lists = schemas.sessionSorts.map((sort): [string, Question] => [
    `sessions ${sort}`,
    (db, now) => sessions(db, schemas.sessionsQuery.parse({ ...asked, sort }), now),
  ]);
  return {
    pools: (db, now) => pools(db, now),
    nodes: (db, now) => nodes(db, nodesQuery.parse(asked), now),
    overview: (db, now) => overview(db, schemas.overviewQuery.parse(asked), now),
    ...Object.fromEntries(lists),
    "sessions of a cause": (db, now) =>
      sessions(db, schemas.sessionsQuery.parse({ ...asked, cause: "no-affinity" }), now),
    timeline: (db, now) => timeline(db, session, schemas.timelineQuery.parse({}), now),
    lookup: (db) => lookup(db, new Uint8Array(32), session),
    bounces: (db, now) => bounces(db, schemas.bouncesQuery.parse(asked), now),
    "bounces of a path": (db, now) =>
      bounces(db, schemas.bouncesQuery.parse({ ...asked, q: "/cart", lost: "true" }), now),
    "bounces by balancer": (db, now) =>
      groupedBounces(db, bounceGroupsQuery.parse({ ...asked, by: "lb" }), now),
    "sessions of a path": (db, now) =>
      sessions(db, schemas.sessionsQuery.parse({ ...asked, q: "/cart/4" }), now),
    "losses of a path": (db, now) =>
      losses(db, schemas.lossesQuery.parse({ ...asked, q: "/cart/4" }), now),
    spread: (db, now) => spread(db, spreadQuery.parse(asked), now),
    losses: (db, now) => losses(db, schemas.lossesQuery.parse(asked), now),
    transitions: (db, now) => transitions(db, schemas.poolRangeQuery.parse(asked), now),
    ...Object.fromEntries(maps),
    changes: (db, now) => changes(db, changesQuery.parse(asked), now),
    compare: (db, now) => compare(db, compareQuery.parse({ at: "now-30m", pool }), now),
    "compare of a balancer": (db, now) =>
      compare(db, compareQuery.parse({ at: "now-30m", pool, lb: "edge-1" }), now),
    rejects: (db, now) => rejects(db, schemas.rejectsQuery.parse(range), now),
  };
}
