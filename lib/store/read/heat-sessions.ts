import { z } from "zod";
import { defineQuery, type Queryable, timestampParam } from "../query";
import { firstNode, hasMoved } from "../session-places";
import { mayBeSeenSince } from "./last-seen";
import { intervalParam } from "./steps";

const moved = `s.pool = ANY ($pools::int[]) AND ${hasMoved("s")}
        AND ${mayBeSeenSince("$from::timestamptz")}`;

/** How many sessions of several nodes may have been seen since a moment; counted no further than `most`. By sessions_moved alone. */
const counted = defineQuery({
  name: "moved-count",
  sql: `SELECT count(*) AS n FROM (SELECT 1 FROM sessions s WHERE ${moved} LIMIT $most) found`,
  params: z.object({ pools: z.array(z.number()), from: timestampParam, most: z.number() }),
  row: z.object({ n: z.number() }),
});

/** One in 64 of them, by sessions_moved_64th alone. */
const countedOf64 = defineQuery({
  name: "moved-count-of-64",
  sql: `SELECT count(*) AS n FROM sessions s WHERE ${moved} AND s.session < '04000000-0000-0000-0000-000000000000'`,
  params: z.object({ pools: z.array(z.number()), from: timestampParam }),
  row: z.object({ n: z.number() }),
});

/** How many sessions of several nodes may have been seen since a moment: up to `exact` counted, more estimated from a 64th. */
export async function movedCount(
  db: Queryable,
  { exact, ...given }: { pools: number[]; from: number; exact: number },
): Promise<number> {
  const [[found], [of64]] = await Promise.all([
    counted(db, { ...given, most: exact }),
    countedOf64(db, given),
  ]);
  const n = found?.n ?? 0;
  return n < exact ? n : Math.max(exact, 64 * (of64?.n ?? 0));
}

/** SQL: the sessions' stays on nodes: `joined` says how the chosen sessions' rows and their bounces are looked up. */
const held = (joined: { sessions: string; bounces: string }) => `
    WITH k AS (SELECT * FROM unnest($nodes::int[], $labels::int[]) AS k (node, label)),
    chosen AS MATERIALIZED (
      SELECT s.session, s.pool FROM sessions s WHERE ${moved} AND ($below::uuid IS NULL OR s.session < $below)
    ),
    active AS MATERIALIZED (
      SELECT s.session, s.pool, s.first_seen, s.last_seen, s.bounces, ${firstNode("s")} AS node
      FROM chosen c ${joined.sessions}
      WHERE s.first_seen < $to::timestamptz AND s.last_seen >= $from::timestamptz
    ),
    moves AS (
      SELECT b.session, b.pool, b.at, b.previous_at, b.from_node, b.to_node, a.first_seen, a.last_seen,
        row_number() OVER w AS place, lead(b.previous_at) OVER w AS left_at
      FROM active a ${joined.bounces}
      WHERE a.bounces > 0
      WINDOW w AS (PARTITION BY b.session, b.pool ORDER BY b.at, b.id)
    ),
    stays AS (
      SELECT session, pool, to_node AS node, at AS first, coalesce(left_at, last_seen) AS last FROM moves
      UNION ALL
      SELECT session, pool, from_node, first_seen, previous_at FROM moves WHERE place = 1
    ),
    in_steps AS (
      SELECT DISTINCT t.session, t.pool, k.label, step
      FROM stays t JOIN k ON k.node = t.node
      CROSS JOIN LATERAL generate_series(
        date_bin($step::interval, greatest(t.first, $from::timestamptz), $start::timestamptz),
        least(t.last, $to::timestamptz - interval '1 microsecond'),
        $step::interval
      ) AS step
      WHERE t.last >= $from::timestamptz AND t.first < $to::timestamptz
    )
    SELECT k.label,
      date_bin($step::interval, greatest(a.first_seen, $from::timestamptz), $start::timestamptz) AS first,
      date_bin(
        $step::interval,
        least(a.last_seen, $to::timestamptz - interval '1 microsecond'),
        $start::timestamptz
      ) AS last,
      count(*) AS n
    FROM active a JOIN k ON k.node = a.node
    WHERE a.bounces = 0
    GROUP BY 1, 2, 3
    UNION ALL
    SELECT label, step, step, count(*) FROM in_steps GROUP BY 1, 2`;

/**
 * How many sessions of several nodes each node held from which step to which:
 * those whose hashes come before `below` (null: all). A session belongs to a
 * node from its first request there until its last one before it moved on.
 * Those whose nodes were but names of one are counted by their ends; those that
 * did move, once for each step and node. Reads sessions_moved, then sessions and bounces by their keys.
 */
export const heatSessions = defineQuery({
  name: "heat-sessions",
  spread: held({
    sessions: "JOIN sessions s ON s.session = c.session AND s.pool = c.pool",
    bounces: "JOIN bounces b ON b.session = a.session AND b.pool = a.pool",
  }),
  sql: held({
    sessions: `CROSS JOIN LATERAL (
        SELECT * FROM sessions s WHERE s.session = c.session AND s.pool = c.pool OFFSET 0
      ) s`,
    bounces: `CROSS JOIN LATERAL (
        SELECT * FROM bounces b WHERE b.session = a.session AND b.pool = a.pool OFFSET 0
      ) b`,
  }),
  params: z.object({
    pools: z.array(z.number()),
    nodes: z.array(z.number()),
    labels: z.array(z.number()),
    from: timestampParam,
    to: timestampParam,
    below: z.string().nullable(),
    start: timestampParam,
    step: intervalParam,
  }),
  row: z.object({ label: z.number(), first: z.number(), last: z.number(), n: z.number() }),
});
