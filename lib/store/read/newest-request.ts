import { z } from "zod";
import { defineQuery, timestampParam } from "../query";

const asked = `
      r.started_at >= $since::timestamptz AND r.started_at < $until::timestamptz
      AND r.pool = ANY ($pools::int[])`;

/**
 * When the newest request of the pools began, looking from `since` on: of the first `most` that are met, so that it is
 * about that late where there are more. Reads what its minute holds, by the BRIN index.
 */
export const newestRequest = defineQuery({
  name: "newest-request",
  spread: `SELECT max(r.started_at) AS at FROM requests r WHERE ${asked}`,
  sql: `
    SELECT max(met.at) AS at
    FROM (SELECT r.started_at AS at FROM requests r WHERE ${asked} LIMIT $most) met`,
  // A limit makes a table that is read from its beginning look cheap; what is asked for lies at its end.
  settings: { enable_seqscan: "off" },
  params: z.object({
    pools: z.array(z.number()),
    since: timestampParam,
    until: timestampParam,
    most: z.number(),
  }),
  row: z.object({ at: z.number().nullable() }),
});
