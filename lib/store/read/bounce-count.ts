import { z } from "zod";
import { defineQuery } from "../query";
import { segmentParams, segmentRows } from "./segments";

/** How many bounces whole minutes hold. Reads the sums by their primary key. */
export const bounceCount = defineQuery({
  name: "bounce-count",
  sql: `
    SELECT coalesce(sum(n.n), 0) AS n
    FROM ${segmentRows}
    CROSS JOIN unnest($pools::int[]) AS k (pool)
    JOIN bounce_spans n ON n.pool = k.pool AND n.grain = seg.grain
      AND n.at >= seg.from_at AND n.at < seg.to_at`,
  params: z.object({ ...segmentParams, pools: z.array(z.number()) }),
  row: z.object({ n: z.number() }),
});
