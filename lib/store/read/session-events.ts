import { z } from "zod";
import { sessionEventTypes } from "@/lib/domain/facts";
import { defineQuery, timestampParam } from "../query";

/** What the app said of a session, in order. */
export const sessionEvents = defineQuery({
  name: "session-events",
  sql: `
    SELECT e.id, e.at, e.type, e.pool, e.node, e.correlation, e.store, e.hit, e.latency_ms,
      e.previous_session
    FROM session_events e
    WHERE e.session = $session::uuid
      AND e.at >= $from::timestamptz AND e.at <= $to::timestamptz
    ORDER BY e.at, e.id LIMIT $limit`,
  params: z.object({
    session: z.string(),
    from: timestampParam,
    to: timestampParam,
    limit: z.number(),
  }),
  row: z.object({
    id: z.string(),
    at: z.number(),
    type: z.enum(sessionEventTypes),
    pool: z.number(),
    node: z.string().nullable(),
    correlation: z.string().nullable(),
    store: z.string().nullable(),
    hit: z.boolean().nullable(),
    latency_ms: z.number().nullable(),
    previous_session: z.string().nullable(),
  }),
});
export type SessionEventRow = Awaited<ReturnType<typeof sessionEvents>>[number];
