import { z } from "zod";
import { isOfSession } from "../by-session";
import { defineQuery, type Queryable, timestampParam } from "../query";
import { daysAround, daysAroundParams, inDaysAround } from "./days-around";

const hourMs = 3_600_000;

/**
 * How long sessions that were lost in a window took until there was a working
 * session again: the app found, made or updated the same session; it made one
 * that names this one as the one before; or a response gave the client that
 * presented it a new key. Losses with one and the same end are one outage, which
 * begins with the first of them. What takes longer than a day is another visit:
 * that outage has no end (`recovered` null). Only of sessions whose hashes come
 * before `below` (null: of all).
 *
 * Each probe is by the session's own key, or by the partial indexes of those few
 * rows that begin a session.
 */
export function lossRecovery(
  db: Queryable,
  asked: Omit<Parameters<typeof recoveries>[1], keyof typeof daysAroundParams>,
) {
  return recoveries(db, { ...asked, ...daysAround(asked, hourMs, 24 * hourMs) });
}

const recoveries = defineQuery({
  name: "loss-recovery",
  sql: `
    WITH lost AS (
      SELECT l.session, l.at FROM losses l
      WHERE l.pool = ANY ($pools::int[] || 0)
        AND l.at >= $from::timestamptz AND l.at < $to::timestamptz
        AND ($below::uuid IS NULL OR l.session < $below)
        AND (l.pool = ANY ($pools::int[]) OR EXISTS (
          SELECT FROM sessions s WHERE s.session = l.session AND s.pool = ANY ($pools::int[])))
    ),
    ended AS (
      SELECT lost.session, lost.at, back.at AS recovered
      FROM lost CROSS JOIN LATERAL (
        SELECT min(found.at) AS at FROM (
          SELECT e.at FROM session_events e
          WHERE e.session = lost.session AND e.at > lost.at AND e.at < lost.at + interval '1 day'
            AND ${inDaysAround("e.at")}
            AND (e.type IN ('session.created', 'session.updated')
              OR (e.type = 'session.retrieved' AND e.hit IS NOT FALSE))
          UNION ALL
          SELECT e.at FROM session_events e
          WHERE e.previous_session = lost.session AND e.session <> lost.session
            AND e.at >= lost.at AND e.at < lost.at + interval '1 day' AND ${inDaysAround("e.at")}
          UNION ALL
          SELECT coalesce(began.ended_at, began.started_at)
          FROM requests r JOIN requests began
            ON began.starts AND began.id = r.id AND began.started_at = r.started_at
              AND began.session <> r.session
          WHERE ${isOfSession("r", "lost.session")}
            AND r.started_at > lost.at - interval '1 hour' AND r.started_at < lost.at + interval '1 day'
            AND ${inDaysAround("r.started_at")} AND ${inDaysAround("began.started_at")}
            AND coalesce(began.ended_at, began.started_at) >= lost.at
        ) found
      ) back
    )
    SELECT recovered, extract(epoch FROM recovered - min(at))::float8 * 1000 AS ms
    FROM ended GROUP BY session, recovered`,
  spread: `
    WITH lost AS MATERIALIZED (
      SELECT l.session, l.at FROM losses l
      WHERE l.pool = ANY ($pools::int[]) AND l.at >= $from::timestamptz AND l.at < $to::timestamptz
        AND ($below::uuid IS NULL OR l.session < $below)
      UNION
      SELECT l.session, l.at FROM losses l JOIN sessions s ON s.session = l.session AND s.pool = ANY ($pools::int[])
      WHERE l.pool = 0 AND l.at >= $from::timestamptz AND l.at < $to::timestamptz
        AND ($below::uuid IS NULL OR l.session < $below)
    ),
    own AS MATERIALIZED (
      SELECT lost.session, lost.at AS lost_at, min(e.at) AS at
      FROM lost JOIN session_events e ON e.session = lost.session
        AND e.at > lost.at AND e.at < lost.at + interval '1 day' AND ${inDaysAround("e.at")}
      WHERE e.type IN ('session.created', 'session.updated')
        OR (e.type = 'session.retrieved' AND e.hit IS NOT FALSE)
      GROUP BY 1, 2
    ),
    following AS MATERIALIZED (
      SELECT lost.session, lost.at AS lost_at, min(e.at) AS at
      FROM lost JOIN session_events e ON e.previous_session = lost.session AND e.session <> lost.session
        AND e.at >= lost.at AND e.at < lost.at + interval '1 day' AND ${inDaysAround("e.at")}
      GROUP BY 1, 2
    ),
    asked AS MATERIALIZED (
      SELECT lost.session, lost.at AS lost_at, r.id, r.started_at
      FROM lost JOIN requests r ON r.session = lost.session
        AND r.started_at > lost.at - interval '1 hour' AND r.started_at < lost.at + interval '1 day'
        AND ${inDaysAround("r.started_at")}
    ),
    begun AS MATERIALIZED (
      SELECT a.session, a.lost_at, min(coalesce(b.ended_at, b.started_at)) AS at
      FROM asked a JOIN requests b ON b.starts AND b.id = a.id AND b.started_at = a.started_at
        AND b.session <> a.session AND ${inDaysAround("b.started_at")}
      WHERE coalesce(b.ended_at, b.started_at) >= a.lost_at
      GROUP BY 1, 2
    ),
    ended AS (
      SELECT lost.session, lost.at, min(back.at) AS recovered
      FROM lost LEFT JOIN (
        SELECT * FROM own UNION ALL SELECT * FROM following UNION ALL SELECT * FROM begun
      ) back ON back.session = lost.session AND back.lost_at = lost.at
      GROUP BY 1, 2
    )
    SELECT recovered, extract(epoch FROM recovered - min(at))::float8 * 1000 AS ms
    FROM ended GROUP BY session, recovered`,
  // Else the few entries of each session's key are compared with all that the BRIN index has of the day.
  settings: { enable_bitmapscan: "off" },
  params: z.object({
    pools: z.array(z.number()),
    from: timestampParam,
    to: timestampParam,
    ...daysAroundParams,
    below: z.string().nullable(),
  }),
  row: z.object({ recovered: z.number().nullable(), ms: z.number().nullable() }),
});
