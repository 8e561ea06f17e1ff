import { z } from "zod";
import { defineQuery, timestampParam } from "../query";

/** A minute from a time on in which a balancer (null: any) wrote lines; none where it did not. Reads node_minutes_minute. */
export const linesSince = defineQuery({
  name: "alert-lines-since",
  sql: `
    SELECT n.minute FROM node_minutes n JOIN lbs l ON l.id = n.lb
    WHERE n.minute >= $from::timestamptz AND ($lb::text IS NULL OR l.name = $lb)
    LIMIT 1`,
  params: z.object({ from: timestampParam, lb: z.string().nullable() }),
  row: z.object({ minute: z.number() }),
});
