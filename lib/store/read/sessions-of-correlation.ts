import { z } from "zod";
import { defineQuery } from "../query";

/** The sessions of the requests and of the app's events that carry a correlation ID (its keyed hash). */
export const sessionsOfCorrelation = defineQuery({
  name: "sessions-of-correlation",
  sql: `
    SELECT DISTINCT session FROM (
      (SELECT r.session FROM request_correlations r WHERE r.correlation = $correlation::uuid LIMIT 200)
      UNION ALL
      (SELECT e.session FROM event_correlations e WHERE e.correlation = $correlation::uuid LIMIT 200)
    ) found`,
  params: z.object({ correlation: z.string() }),
  row: z.object({ session: z.string() }),
});
