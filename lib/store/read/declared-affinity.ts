import { z } from "zod";
import { defineQuery } from "../query";

/** What sources declare of their pool's affinity. */
export const declaredAffinity = defineQuery({
  name: "declared-affinity",
  sql: `
    SELECT name, pool, affinity FROM sources
    WHERE affinity IS NOT NULL AND affinity <> 'null'::jsonb ORDER BY name`,
  params: z.object({}),
  row: z.object({
    name: z.string(),
    pool: z.string().nullable(),
    affinity: z.object({ method: z.string(), cookie: z.string().nullish() }),
  }),
});
