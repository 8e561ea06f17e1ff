import { z } from "zod";
import { defineQuery, timestampParam } from "../query";

/**
 * The steps of log time of each declared source, from its own time on; a source that is not named from the
 * beginning, or from `least` before its last step. Reads the primary key.
 */
export const sourceSteps = defineQuery({
  name: "alert-source-steps",
  sql: `
    SELECT s.name AS source, t.at, t.lines, t.rejected, t.first_at, t.last_at, t.others_at, t.others_by, t.behind_by
    FROM sources s
    CROSS JOIN LATERAL (
      SELECT l.at FROM source_steps l WHERE l.source = s.id ORDER BY l.at DESC LIMIT 1
    ) newest
    LEFT JOIN unnest($sources::text[], $froms::timestamptz[]) AS k (name, since) ON k.name = s.name
    JOIN source_steps t ON t.source = s.id
      AND t.at >= coalesce(k.since, newest.at - make_interval(secs => $least))
    WHERE NOT s.demo
    ORDER BY s.name, t.at`,
  params: z.object({
    sources: z.array(z.string()),
    froms: z.array(timestampParam),
    least: z.number(),
  }),
  row: z.object({
    source: z.string(),
    at: z.number(),
    lines: z.number(),
    rejected: z.number(),
    first_at: z.number().nullable(),
    last_at: z.number().nullable(),
    others_at: z.number().nullable(),
    others_by: z.number(),
    behind_by: z.number(),
  }),
});
