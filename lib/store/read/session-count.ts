import { z } from "zod";
import { defineQuery } from "../query";
import { sidedSegmentParams, sidedSegmentRows } from "./segments";

/**
 * Sessions that whole minutes saw, and those of at least two requests among
 * them, by pool: those that ended in them or later (segments with `befores`
 * false), without those that began after them (`befores` true). Pool -1 is what
 * to add to the sum over all pools. Reads the sums by their primary key.
 */
export const sessionCount = defineQuery({
  name: "session-count",
  sql: `
    SELECT k.pool,
      sum(CASE WHEN seg.before THEN -n.starts ELSE n.ends END) AS sessions,
      sum(CASE WHEN seg.before THEN -n.several_starts ELSE n.several_ends END) AS several
    FROM ${sidedSegmentRows}
    CROSS JOIN unnest($pools::int[]) AS k (pool)
    JOIN session_spans n ON n.pool = k.pool AND n.grain = seg.grain
      AND n.at >= seg.from_at AND n.at < seg.to_at
    GROUP BY 1`,
  params: z.object({ ...sidedSegmentParams, pools: z.array(z.number()) }),
  row: z.object({ pool: z.number(), sessions: z.number(), several: z.number() }),
});
