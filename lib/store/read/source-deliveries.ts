import { z } from "zod";
import { defineQuery } from "../query";

/** What each source has sent, as far as it is kept. By the primary key. */
export const sourceDeliveries = defineQuery({
  name: "source-deliveries",
  sql: `
    SELECT source, sum(accepted) AS accepted, sum(duplicates) AS duplicates,
      sum(rejected) AS rejected, max(last_at) AS last_at
    FROM source_minutes GROUP BY source`,
  params: z.object({}),
  row: z.object({
    source: z.number(),
    accepted: z.number(),
    duplicates: z.number(),
    rejected: z.number(),
    last_at: z.number(),
  }),
});
