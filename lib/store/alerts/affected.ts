import { z } from "zod";
import { defineQuery, timestampParam } from "../query";
import { seenSince } from "../read/last-seen";
import { sessionColumns, sessionRow } from "../read/session-row";
import { firstOwnLoss, ownLosses } from "./own-losses";

const params = z.object({
  pool: z.number(),
  from: timestampParam,
  to: timestampParam,
  causes: z.array(z.string()),
  /** A class of causes, or `storage`. */
  subject: z.string(),
});

/** How many sessions a time held, how many of them these causes moved or lost, and how many they lost. */
export const affectedCounts = defineQuery({
  name: "alert-affected-counts",
  sql: `
    WITH ${ownLosses}, moved AS MATERIALIZED (
      SELECT DISTINCT b.session FROM bounces b
      WHERE b.pool = $pool AND b.cause = ANY ($causes::text[])
        AND b.at >= $from::timestamptz AND b.at < $to::timestamptz
    )
    SELECT seen.n AS sessions, hit.n AS affected, lost.n AS lost
    FROM (SELECT count(*) AS n FROM sessions s WHERE s.pool = $pool
        AND ${seenSince("$from::timestamptz")} AND s.first_seen < $to::timestamptz) seen
    CROSS JOIN (SELECT count(*) AS n FROM (SELECT session FROM moved UNION SELECT session FROM gone) a) hit
    CROSS JOIN (SELECT count(DISTINCT session) AS n FROM gone) lost`,
  params,
  row: z.object({ sessions: z.number(), affected: z.number(), lost: z.number() }),
});

/** The three sessions that these causes moved or lost most often in the time; only their rows are read. */
export const affectedSamples = defineQuery({
  name: "alert-affected-samples",
  sql: `
    WITH ${ownLosses}, marks AS (
      SELECT b.session, 1 AS bounces, 0 AS lost FROM bounces b
      WHERE b.pool = $pool AND b.cause = ANY ($causes::text[])
        AND b.at >= $from::timestamptz AND b.at < $to::timestamptz
      UNION ALL
      SELECT session, 0, 1 FROM gone
    ),
    w AS MATERIALIZED (
      SELECT m.session, sum(m.bounces) AS moved, sum(m.lost) AS gone
      FROM marks m GROUP BY 1
      ORDER BY sum(m.bounces) + sum(m.lost) DESC, sum(m.lost) DESC, m.session LIMIT 3
    )
    SELECT ${sessionColumns}, w.moved, w.gone
    FROM w JOIN sessions s ON s.session = w.session AND s.pool = $pool
    ORDER BY w.gone + w.moved DESC, w.gone DESC, s.session`,
  params,
  row: sessionRow.extend({ moved: z.number(), gone: z.number() }),
});

/** SQL: bounces of these causes, in the time, of sessions that had none of that class shortly before. @param each ends the look before each. */
const freshBounces = (each: string) => `
      WHERE b.pool = $pool AND b.cause = ANY ($causes::text[])
        AND b.at >= $from::timestamptz AND b.at < $to::timestamptz
        AND NOT EXISTS (
          SELECT FROM bounces e WHERE e.session = b.session AND e.pool = b.pool AND e.class = b.class
            AND e.at < b.at AND e.at >= b.at - interval '10 minutes' ${each})`;

/**
 * When the first bounce of these causes of a session that had none in the ten
 * minutes before, or the first loss that belongs to them, happened in the time;
 * null without any. Goes through the indexes of time from its beginning, and
 * ends with the first that is found.
 */
export const firstMark = defineQuery({
  name: "alert-first-mark",
  sql: `
    SELECT min(at) AS at FROM (
      (SELECT b.at FROM bounces b ${freshBounces("OFFSET 0")} ORDER BY b.at LIMIT 1)
      UNION ALL ${firstOwnLoss}
    ) m`,
  spread: `
    WITH ${ownLosses}
    SELECT min(at) AS at FROM (
      SELECT min(b.at) AS at FROM bounces b ${freshBounces("")}
      UNION ALL SELECT min(at) FROM gone
    ) m`,
  params,
  row: z.object({ at: z.number().nullable() }),
});
