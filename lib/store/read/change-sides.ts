import { z } from "zod";
import { defineQuery, timestampParam } from "../query";
import { intervalParam } from "./steps";
import { causeColumn } from "./verdict-columns";

const params = z.object({
  /** Of the changes, one place each; a pool of 0 concerns all of `pools`. */
  changed: z.array(z.number()),
  ats: z.array(timestampParam),
  pools: z.array(z.number()),
  width: intervalParam,
});

const sides = `c AS MATERIALIZED (
      SELECT * FROM unnest($changed::int[], $ats::timestamptz[]) WITH ORDINALITY AS c (pool, at, place)
    )`;

/** Bounces on either side of changes, by cause: `place` counts the changes from 1. */
export const bouncesAroundChanges = defineQuery({
  name: "bounces-around-changes",
  sql: `
    WITH ${sides}
    SELECT c.place, b.at >= c.at AS after, b.cause, count(*) AS n
    FROM c
    JOIN bounces b ON b.pool = ANY ($pools::int[]) AND (c.pool = 0 OR b.pool = c.pool)
      AND b.at >= c.at - $width::interval AND b.at < c.at + $width::interval
    GROUP BY 1, 2, 3`,
  params,
  row: z.object({ place: z.number(), after: z.boolean(), cause: causeColumn, n: z.number() }),
});

/** Requests on either side of changes, in whole minutes: the minute of the change counts as after. */
export const requestsAroundChanges = defineQuery({
  name: "requests-around-changes",
  sql: `
    WITH ${sides}
    SELECT c.place, n.at >= date_trunc('minute', c.at) AS after, sum(n.requests) AS n
    FROM c
    JOIN node_spans n ON n.pool = ANY ($pools::int[]) AND (c.pool = 0 OR n.pool = c.pool)
      AND n.node = -1 AND n.grain = 1
      AND n.at >= date_trunc('minute', c.at) - $width::interval
      AND n.at < date_trunc('minute', c.at) + $width::interval
    GROUP BY 1, 2`,
  params,
  row: z.object({ place: z.number(), after: z.boolean(), n: z.number() }),
});
