import { z } from "zod";
import type { EpochMs } from "@/lib/domain/facts";
import { isRequest } from "../by-session";
import { defineQuery, type Queryable, timestampParam } from "../query";

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

/** Follows from what is asked of each event; said for all, it lets the planner leave out other days. */
const near = (request: string) =>
  `${request}.started_at BETWEEN $earliest::timestamptz AND $latest::timestamptz`;

const reach = (event: string) =>
  `${event}.at - interval '${reachMs} ms' AND ${event}.at + interval '${reachMs} ms'`;

interface Asked {
  /** Ids. */
  pools: number[];
  except: string[];
  from: EpochMs;
  to: EpochMs;
  read: number;
  limit: number;
}

/**
 * Pairs of a request and an app's event that carry one correlation ID: of at
 * most `limit` events of the time given, found by the BRIN index among the first
 * `read`, but for those of nodes called `except`. Requests are read by their
 * keys, and looked for within an hour of the event.
 */
export function clockSamples(db: Queryable, asked: Asked) {
  return samples(db, {
    ...asked,
    earliest: asked.from - reachMs,
    latest: asked.to + reachMs,
  });
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
          AND r.started_at BETWEEN ${reach("e")}
          AND ${near("r")}
      ) r
      WHERE nth <= 2
    )
    SELECT r.at, q.started_at, q.ended_at, q.node, q.seq IS NOT NULL AS coarse
    FROM hits r
    JOIN requests q ON q.session = r.session AND q.started_at = r.started_at AND q.id = r.id
    WHERE ${near("q")} AND q.node IS NOT NULL AND q.ended_at IS NOT NULL AND q.pool = ANY ($pools::int[])`,
  sql: `
    WITH ${events}
    SELECT e.at, r.started_at, q.ended_at, q.node, q.seq IS NOT NULL AS coarse
    FROM events e
    JOIN LATERAL (
      SELECT r.session, r.started_at, r.id FROM request_correlations r
      WHERE r.correlation = e.correlation
        AND r.started_at BETWEEN ${reach("e")}
        AND ${near("r")}
      LIMIT 2
    ) r ON true
    JOIN requests q ON ${isRequest("q", "r.session", "r.started_at", "r.id")}
    WHERE ${near("q")} AND q.node IS NOT NULL AND q.ended_at IS NOT NULL AND q.pool = ANY ($pools::int[])`,
  // Else it hopes to meet events of the hour soon, reading the day from its beginning.
  settings: { enable_seqscan: "off" },
  params: z.object({
    pools: z.array(z.number()),
    except: z.array(z.string()),
    from: timestampParam,
    to: timestampParam,
    earliest: timestampParam,
    latest: timestampParam,
    read: z.number(),
    limit: z.number(),
  }),
  row: z.object({
    at: z.number(),
    started_at: z.number(),
    ended_at: z.number(),
    node: z.number(),
    coarse: z.boolean(),
  }),
});
