import { z } from "zod";
import { defineQuery } from "../query";

/** Every pool's name; 0 is the unknown one. */
export const poolNames = defineQuery({
  name: "pool-names",
  sql: "SELECT id, name FROM pools ORDER BY id",
  params: z.object({}),
  row: z.object({ id: z.number(), name: z.string() }),
});

/** Every load balancer's name; 0 is the unknown one. */
export const lbNames = defineQuery({
  name: "lb-names",
  sql: "SELECT id, name FROM lbs ORDER BY id",
  params: z.object({}),
  row: z.object({ id: z.number(), name: z.string() }),
});

/** Every name of every node, by first sight, and whose other name it is. */
export const nodeNames = defineQuery({
  name: "node-names",
  sql: "SELECT id, pool, name, canonical, canonical_by FROM nodes ORDER BY id",
  params: z.object({}),
  row: z.object({
    id: z.number(),
    pool: z.number(),
    name: z.string(),
    canonical: z.number().nullable(),
    canonical_by: z.string().nullable(),
  }),
});

/**
 * A text that is another one whenever the answer of one of the questions above would be: one row, and much less to send
 * than the names. Names are only ever added, and nodes' names told to be each other's.
 */
export const namesVersion = defineQuery({
  name: "names-version",
  sql: `SELECT concat_ws(' ', pools.last, pools.n, lbs.last, lbs.n, nodes.last, nodes.n, nodes.joined) AS version
    FROM (SELECT max(id) AS last, count(*) AS n FROM pools) pools,
      (SELECT max(id) AS last, count(*) AS n FROM lbs) lbs,
      (SELECT max(id) AS last, count(*) AS n,
          sum(hashtextextended(concat_ws(' ', id, canonical, canonical_by), 0)) FILTER (WHERE canonical IS NOT NULL) AS joined
        FROM nodes) nodes`,
  params: z.object({}),
  row: z.object({ version: z.string() }),
});
