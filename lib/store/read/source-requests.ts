import { z } from "zod";
import { defineQuery, timestampParam } from "../query";

/**
 * What some requests of a source carry, of a time, whether they belong to a
 * session or not. By the BRIN index; keep the time short.
 */
export const sourceRequests = defineQuery({
  name: "source-requests",
  sql: `
    SELECT r.tie, r.correlations, host(r.client) AS client, r.presented, r.inserted,
      r.persistence_state, r.termination, jsonb_array_length(r.attempts) AS attempts,
      r.node IS NOT NULL AS has_node, r.retries, r.upgrade, r.duration_ms,
      r.seq IS NOT NULL AS coarse
    FROM requests r
    WHERE r.source = $source
      AND r.started_at >= $from::timestamptz AND r.started_at < $to::timestamptz
    LIMIT $limit`,
  params: z.object({
    source: z.number(),
    from: timestampParam,
    to: timestampParam,
    limit: z.number(),
  }),
  row: z.object({
    tie: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
    correlations: z.array(z.string()).nullable(),
    client: z.string().nullable(),
    presented: z.string().nullable(),
    inserted: z.string().nullable(),
    persistence_state: z.string().nullable(),
    termination: z.string().nullable(),
    attempts: z.number().nullable(),
    has_node: z.boolean(),
    retries: z.number().nullable(),
    upgrade: z.boolean().nullable(),
    duration_ms: z.number().nullable(),
    coarse: z.boolean(),
  }),
});
