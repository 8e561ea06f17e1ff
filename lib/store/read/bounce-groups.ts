import { z } from "zod";
import { defineQuery, type Queryable } from "../query";
import {
  type BounceFilter,
  bounceFilter,
  bounceFilterParams,
  spreadBounceFilter,
} from "./bounce-filter";

const columns = {
  lb: ["b.lb::text", "NULL::text"],
  cause: ["b.cause", "NULL::text"],
  from: ["b.from_node::text", "NULL::text"],
  to: ["b.to_node::text", "NULL::text"],
  move: ["b.from_node::text", "b.to_node::text"],
  pool: ["b.pool::text", "NULL::text"],
} as const;

const countsBy = (by: keyof typeof columns) => {
  const counted = (filter: string) => `
      SELECT ${columns[by][0]} AS key, ${columns[by][1]} AS other, count(*) AS bounces,
        count(*) FILTER (WHERE b.class <> 'infrastructure') AS unexplained,
        count(DISTINCT b.session) AS sessions, min(b.at) AS first, max(b.at) AS last
      FROM bounces b
      WHERE ${filter}
      GROUP BY 1, 2 ORDER BY count(*) DESC, 1, 2 LIMIT 500`;
  return defineQuery({
    name: `bounce-groups-${by}`,
    sql: counted(bounceFilter),
    spread: (given) => counted(`b.pool = ANY ($pools::int[]) AND ${spreadBounceFilter(given)}`),
    params: z.object(bounceFilterParams),
    row: z.object({
      key: z.string(),
      other: z.string().nullable(),
      bounces: z.number(),
      unexplained: z.number(),
      sessions: z.number(),
      first: z.number(),
      last: z.number(),
    }),
  });
};

const counts = {
  lb: countsBy("lb"),
  cause: countsBy("cause"),
  from: countsBy("from"),
  to: countsBy("to"),
  move: countsBy("move"),
  pool: countsBy("pool"),
};

/** Bounces counted by balancer, cause, node left, node reached, both, or pool: ids as text, most bounces first. */
export function bounceGroups(db: Queryable, by: keyof typeof columns, given: BounceFilter) {
  return counts[by](db, given);
}
