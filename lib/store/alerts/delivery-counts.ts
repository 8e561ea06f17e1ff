import { z } from "zod";
import { defineQuery } from "../query";

/** What each declared source sent in the hour up to its last delivery, by minute of our clock. Reads the primary key. */
export const deliveryCounts = defineQuery({
  name: "alert-delivery-counts",
  sql: `
    SELECT s.name AS source, s.lb, m.minute, m.accepted, m.rejected, m.last_at
    FROM sources s
    CROSS JOIN LATERAL (
      SELECT l.minute FROM source_minutes l WHERE l.source = s.id ORDER BY l.minute DESC LIMIT 1
    ) newest
    JOIN source_minutes m ON m.source = s.id AND m.minute > newest.minute - interval '1 hour'
    WHERE NOT s.demo
    ORDER BY s.name, m.minute`,
  params: z.object({}),
  row: z.object({
    source: z.string(),
    lb: z.string().nullable(),
    minute: z.number(),
    accepted: z.number(),
    rejected: z.number(),
    last_at: z.number(),
  }),
});
