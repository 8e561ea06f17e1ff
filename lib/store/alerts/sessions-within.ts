import { z } from "zod";
import { defineQuery, timestampParam } from "../query";
import { seenSince } from "../read/last-seen";

/** How many sessions of a pool ran in a time. */
export const sessionsWithin = defineQuery({
  name: "alert-sessions-within",
  sql: `
    SELECT count(*) AS n FROM sessions s WHERE s.pool = $pool
      AND ${seenSince("$from::timestamptz")} AND s.first_seen < $to::timestamptz`,
  params: z.object({ pool: z.number(), from: timestampParam, to: timestampParam }),
  row: z.object({ n: z.number() }),
});
