import { z } from "zod";
import { defineQuery, timestampParam } from "../query";

/** Alerts that fired and began in a window, of some pools by name (null: of all, and those of none), the oldest first. */
export const windowAlerts = defineQuery({
  name: "window-alerts",
  sql: `
    SELECT id, pool, title, severity, cause, state, since, fired_at, ended_at, acknowledged_at,
      corrected, content, history
    FROM alerts
    WHERE since >= $from::timestamptz AND since < $to::timestamptz AND fired_at IS NOT NULL
      AND ($pools::text[] IS NULL OR pool = ANY ($pools::text[]))
    ORDER BY since, id`,
  params: z.object({
    pools: z.array(z.string()).nullable(),
    from: timestampParam,
    to: timestampParam,
  }),
  row: z.object({
    id: z.string(),
    pool: z.string().nullable(),
    title: z.string(),
    severity: z.string(),
    cause: z.string().nullable(),
    state: z.string(),
    since: z.number(),
    fired_at: z.number(),
    ended_at: z.number().nullable(),
    acknowledged_at: z.number().nullable(),
    corrected: z.boolean(),
    content: z.unknown(),
    history: z.unknown(),
  }),
});
