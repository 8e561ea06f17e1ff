import { z } from "zod";
import { isRequest } from "../by-session";
import { defineQuery, type Queryable, timestampParam } from "../query";
import { daysAround, daysAroundParams, inDaysAround } from "./days-around";

const events = `events AS MATERIALIZED (
      SELECT correlation, at, node FROM (
        SELECT e.correlation, e.at, e.node FROM event_correlations e
        WHERE e.node IS NOT NULL
          AND e.at >= $from::timestamptz AND e.at < $to::timestamptz
        LIMIT $read
      ) e
      WHERE e.node <> ALL ($except::text[])
      LIMIT $limit
    )`;

/** A request is looked for so long before and after the event. */
const reachMs = 3_600_000;

const reach = `e.at - interval '${reachMs} ms' AND e.at + interval '${reachMs} ms'`;

/**
 * At most `pairs` pairs of a request and an app's event that carry one
 * correlation ID: of at most `limit` events of the time given, found by the BRIN
 * index among the first `read`, but for those of nodes called `except`. Requests
 * are read by their keys, and looked for within an hour of the event, one after
 * the other until there are enough.
 */
export function clockSamples(
  db: Queryable,
  asked: Omit<Parameters<typeof samples>[1], keyof typeof daysAroundParams>,
) {
  return samples(db, { ...asked, ...daysAround(asked, reachMs, reachMs) });
}

const samples = defineQuery({
  name: "clock-samples",
  spread: `
    WITH ${events},
    hits AS MATERIALIZED (
      SELECT at, session, started_at, id FROM (
        SELECT e.at, r.session, r.started_at, r.id,
          row_number() OVER (PARTITION BY r.correlation, e.at ORDER BY r.started_at, r.id) AS nth
        FROM events e JOIN request_correlations r ON r.correlation = e.correlation
          AND r.started_at BETWEEN ${reach}
          AND ${inDaysAround("r.started_at")}
      ) r
      WHERE nth <= 2
    )
    SELECT r.at, q.started_at, q.ended_at, q.node, q.seq IS NOT NULL AS coarse
    FROM hits r
    JOIN requests q ON q.session = r.session AND q.started_at = r.started_at AND q.id = r.id
    WHERE ${inDaysAround("q.started_at")} AND q.node IS NOT NULL AND q.ended_at IS NOT NULL AND q.pool = ANY ($pools::int[])
    LIMIT $pairs`,
  sql: `
    WITH ${events}
    SELECT e.at, r.started_at, q.ended_at, q.node, q.seq IS NOT NULL AS coarse
    FROM events e
    JOIN LATERAL (
      SELECT r.session, r.started_at, r.id FROM request_correlations r
      WHERE r.correlation = e.correlation
        AND r.started_at BETWEEN ${reach}
        AND ${inDaysAround("r.started_at")}
      LIMIT 2
    ) r ON true
    JOIN requests q ON ${isRequest("q", "r.session", "r.started_at", "r.id")}
    WHERE ${inDaysAround("q.started_at")} AND q.node IS NOT NULL AND q.ended_at IS NOT NULL AND q.pool = ANY ($pools::int[])
    LIMIT $pairs`,
  // Else it hopes to meet events of the hour soon, reading the day from its beginning.
  settings: { enable_seqscan: "off" },
  params: z.object({
    pools: z.array(z.number()),
    except: z.array(z.string()),
    from: timestampParam,
    to: timestampParam,
    ...daysAroundParams,
    read: z.number(),
    limit: z.number(),
    pairs: z.number(),
  }),
  row: z.object({
    at: z.number(),
    started_at: z.number(),
    ended_at: z.number(),
    node: z.number(),
    coarse: z.boolean(),
  }),
});
