import { z } from "zod";
import { defineQuery, type Queryable } from "../query";
import {
  type BounceFilter,
  bounceFilter,
  bounceFilterParams,
  spreadBounceFilter,
} from "./bounce-filter";
import { chosen, nameOfShare, perShare, type Share } from "./shares";

const columns = {
  lb: ["b.lb::text", "NULL::text"],
  cause: ["b.cause", "NULL::text"],
  from: ["b.from_node::text", "NULL::text"],
  to: ["b.to_node::text", "NULL::text"],
  move: ["b.from_node::text", "b.to_node::text"],
  pool: ["b.pool::text", "NULL::text"],
} as const;

const countsBy = (by: keyof typeof columns) => (share: Share) => {
  const counted = (filter: string) => `
      SELECT ${columns[by][0]} AS key, ${columns[by][1]} AS other, ${share} * count(*) AS bounces,
        ${share} * count(*) FILTER (WHERE b.class <> 'infrastructure') AS unexplained,
        ${share} * count(DISTINCT b.session) AS sessions, min(b.at) AS first, max(b.at) AS last
      FROM bounces b
      WHERE ${filter} ${chosen(share, "b.session")}
      GROUP BY 1, 2 ORDER BY count(*) DESC, 1, 2 LIMIT 500`;
  return defineQuery({
    name: nameOfShare(`bounce-groups-${by}`, share),
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
  lb: perShare(countsBy("lb")),
  cause: perShare(countsBy("cause")),
  from: perShare(countsBy("from")),
  to: perShare(countsBy("to")),
  move: perShare(countsBy("move")),
  pool: perShare(countsBy("pool")),
};

/**
 * Bounces counted by balancer, cause, node left, node reached, both, or pool: ids as text, most bounces first. Of a
 * share of the sessions they are estimates for all.
 */
export function bounceGroups(
  db: Queryable,
  by: keyof typeof columns,
  share: Share,
  given: BounceFilter,
) {
  return counts[by][share](db, given);
}
