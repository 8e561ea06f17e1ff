import { z } from "zod";
import { isOfSession } from "../by-session";
import { defineQuery, timestampParam } from "../query";
import { seenSince } from "./last-seen";

const asked = `
    SELECT r.id, r.started_at, r.lb, r.node, r.presented, r.inserted, r.persistence_state,
      r.retries, r.redispatched, jsonb_array_length(r.attempts) AS attempts`;
const near = `
      SELECT s.session FROM sessions s
      WHERE s.pool = $pool AND ${seenSince("$near::timestamptz")} AND s.first_seen <= $to::timestamptz
        AND s.requests > 1
      ORDER BY s.last_step, s.last_seen LIMIT 120`;
const speaks = `r.node IS NOT NULL
      AND (r.presented = ANY ($values::text[]) OR r.inserted = ANY ($values::text[]))`;

/**
 * Requests of a pool that presented or were given one of these persistence
 * values: of up to 120 sessions that were still seen at `near` or later, the first 60 of each. Reads
 * sessions by sessions_recent and their requests by their key.
 */
export const persistenceValues = defineQuery({
  name: "persistence-values",
  spread: `
    WITH s AS MATERIALIZED (${near})
    ${asked}
    FROM (
      SELECT r.*, row_number() OVER (PARTITION BY r.session ORDER BY r.started_at, r.id) AS nth
      FROM s JOIN requests r ON r.session = s.session
      WHERE r.pool = $pool AND r.started_at BETWEEN $from::timestamptz AND $to::timestamptz
    ) r
    WHERE r.nth <= 60 AND ${speaks}`,
  sql: `
    ${asked}
    FROM (${near}
    ) s
    CROSS JOIN LATERAL (
      SELECT * FROM requests r
      WHERE ${isOfSession("r", "s.session")} AND r.pool = $pool
        AND r.started_at BETWEEN $from::timestamptz AND $to::timestamptz
      ORDER BY r.started_at, r.id LIMIT 60
    ) r
    WHERE ${speaks}`,
  // Else each session's few entries of the key are compared with all that the BRIN index has of the hours, which takes
  // twenty times as long as reading them.
  settings: { enable_bitmapscan: "off" },
  params: z.object({
    pool: z.number(),
    from: timestampParam,
    to: timestampParam,
    near: timestampParam,
    values: z.array(z.string()),
  }),
  row: z.object({
    id: z.string(),
    started_at: z.number(),
    lb: z.number(),
    node: z.number(),
    presented: z.string().nullable(),
    inserted: z.string().nullable(),
    persistence_state: z.string().nullable(),
    retries: z.number().nullable(),
    redispatched: z.boolean().nullable(),
    attempts: z.number().nullable(),
  }),
});
