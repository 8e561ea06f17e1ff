import { z } from "zod";
import { defineQuery, timestampParam } from "../query";
import { causeColumn } from "../read/verdict-columns";

/** Minutes in which sessions that go back and forth bounced, with the minutes since each one's mark before. */
export const pingPongMarks = defineQuery({
  name: "alert-ping-pong-marks",
  sql: `
    WITH marks AS (
      SELECT b.pool, b.session, date_trunc('minute', b.at) AS at, mode() WITHIN GROUP (ORDER BY b.cause) AS cause
      FROM (SELECT * FROM unnest($pools::int[], $froms::timestamptz[]) AS k (pool, from_at)) k
      JOIN bounces b ON b.pool = k.pool AND b.at >= k.from_at AND b.at < $to::timestamptz
      JOIN sessions s ON s.session = b.session AND s.pool = b.pool AND s.ping_pong
      GROUP BY 1, 2, 3
    ), gaps AS (
      SELECT pool, at, cause,
        extract(epoch FROM at - lag(at) OVER (PARTITION BY pool, session ORDER BY at))::int / 60 AS gap
      FROM marks
    )
    SELECT pool, at, cause, gap, count(*) AS n FROM gaps GROUP BY 1, 2, 3, 4`,
  params: z.object({
    pools: z.array(z.number()),
    froms: z.array(timestampParam),
    to: timestampParam,
  }),
  row: z.object({
    pool: z.number(),
    at: z.number(),
    cause: causeColumn,
    gap: z.number().nullable(),
    n: z.number(),
  }),
});
