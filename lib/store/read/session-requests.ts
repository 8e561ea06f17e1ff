import { z } from "zod";
import { isOfSession } from "../by-session";
import { defineQuery, timestampParam } from "../query";

const attempt = z.object({
  node: z.string(),
  status: z.number().nullable(),
  durationMs: z.number().nullable(),
});

export const sessionRequestRow = z.object({
  id: z.string(),
  started_at: z.number(),
  ended_at: z.number().nullable(),
  duration_ms: z.number().nullable(),
  pool: z.number(),
  lb: z.number(),
  listener: z.string().nullable(),
  node: z.number().nullable(),
  attempts: z.array(attempt).nullable(),
  method: z.string().nullable(),
  host: z.string().nullable(),
  path: z.string().nullable(),
  query: z.string().nullable(),
  protocol: z.string().nullable(),
  status: z.number().nullable(),
  bytes_out: z.number().nullable(),
  agent: z.string().nullable(),
  client: z.string().nullable(),
  correlations: z.array(z.string()).nullable(),
  presented: z.string().nullable(),
  inserted: z.string().nullable(),
  persistence_state: z.string().nullable(),
  termination: z.string().nullable(),
  retries: z.number().nullable(),
  redispatched: z.boolean().nullable(),
  upgrade: z.boolean().nullable(),
  starts: z.boolean(),
});
export type SessionRequestRow = z.infer<typeof sessionRequestRow>;

/** A session's requests in order of their start: by the key of each partition in the time given. */
export const sessionRequests = defineQuery({
  name: "session-requests",
  sql: `
    SELECT r.id, r.started_at, r.ended_at, r.duration_ms, r.pool, r.lb, r.listener, r.node,
      r.attempts, r.method, r.host, r.path, r.query, r.protocol, r.status, r.bytes_out, r.agent,
      host(r.client) AS client, r.correlations, r.presented, r.inserted, r.persistence_state,
      r.termination, r.retries, r.redispatched, r.upgrade, r.starts
    FROM requests r
    WHERE ${isOfSession("r", "$session::uuid")}
      AND r.started_at >= $from::timestamptz AND r.started_at <= $to::timestamptz
    ORDER BY r.started_at, r.starts DESC, r.seq, r.id LIMIT $limit`,
  params: z.object({
    session: z.string(),
    from: timestampParam,
    to: timestampParam,
    limit: z.number(),
  }),
  row: sessionRequestRow,
});
