import { z } from "zod";
import { defineQuery, timestampParam } from "../query";

/** Why lines did not parse, the most frequent reasons first. */
export const rejectReasons = defineQuery({
  name: "reject-reasons",
  sql: `
    SELECT r.reason, count(*) AS count
    FROM rejects r LEFT JOIN sources s ON s.id = r.source
    WHERE r.at >= $from::timestamptz AND r.at < $to::timestamptz
      AND ($source::text IS NULL OR s.name = $source)
    GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 100`,
  params: z.object({ from: timestampParam, to: timestampParam, source: z.string().nullable() }),
  row: z.object({ reason: z.string(), count: z.number() }),
});
