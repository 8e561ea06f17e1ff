import { z } from "zod";
import { defineQuery, timestampParam } from "../query";

/** Whence node states were told in a time: by which source's log (null: posted), for which pool and balancer. By changes_at. */
export const stateTellers = defineQuery({
  name: "state-tellers",
  sql: `
    SELECT DISTINCT source, pool, lb FROM changes
    WHERE at >= $from::timestamptz AND at < $to::timestamptz AND kind LIKE 'node-%'`,
  params: z.object({ from: timestampParam, to: timestampParam }),
  row: z.object({
    source: z.number().nullable(),
    pool: z.number().nullable(),
    lb: z.number().nullable(),
  }),
});
