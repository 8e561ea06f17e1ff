import { z } from "zod";
import { defineQuery, timestampParam } from "../query";

/** When the newest request of the pools began, looking from `since` on. Reads what its minute holds, by the BRIN index. */
export const newestRequest = defineQuery({
  name: "newest-request",
  sql: `
    SELECT max(r.started_at) AS at FROM requests r
    WHERE r.started_at >= $since::timestamptz AND r.started_at < $until::timestamptz
      AND r.pool = ANY ($pools::int[])`,
  params: z.object({ pools: z.array(z.number()), since: timestampParam, until: timestampParam }),
  row: z.object({ at: z.number().nullable() }),
});
