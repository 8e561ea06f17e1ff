/*
 * Which losses of a pool belong to a trouble: those whose session one of its causes had moved shortly before; those that
 * no move explains, but for what the client did by itself; and, where the store is in trouble, all that are laid to it.
 * As parameters `$pool`, `$from`, `$to`, `$causes` and `$subject`.
 */

const inTime = "l.at >= $from::timestamptz AND l.at < $to::timestamptz";

/** SQL: that a bounce was shortly before a loss, or with it. */
const shortlyBefore = (bounce: string, loss: string) =>
  `${bounce}.session = ${loss}.session AND ${bounce}.pool = $pool
        AND ${bounce}.at > ${loss}.at - interval '60 seconds' AND ${bounce}.at < ${loss}.at + interval '2 seconds'`;

/** SQL: that the loss belongs to it. @param moved whether an own cause had moved the session; null: nothing had. */
const belongs = (loss: string, moved: string) =>
  `(coalesce(${moved}, ${loss}.lost_to IS DISTINCT FROM 'client' OR $subject::text = 'client')
        OR ($subject::text = 'storage' AND ${loss}.lost_to = 'storage'))`;

/** SQL: common table expressions, of which `gone` has `session` and `at` of each such loss. One that names no pool is its session's. */
export const ownLosses = `
    told AS MATERIALIZED (
      SELECT l.session, l.at, l.lost_to FROM losses l WHERE l.pool = $pool AND ${inTime}
      UNION ALL
      SELECT l.session, l.at, l.lost_to
      FROM losses l JOIN sessions s ON s.session = l.session AND s.pool = $pool
      WHERE l.pool = 0 AND l.pool <> $pool AND ${inTime}
    ), near AS MATERIALIZED (
      SELECT b.session, t.at, bool_or(b.cause = ANY ($causes::text[])) AS own
      FROM told t JOIN bounces b ON ${shortlyBefore("b", "t")}
        AND b.at > $from::timestamptz - interval '60 seconds' AND b.at < $to::timestamptz + interval '2 seconds'
      GROUP BY 1, 2
    ), gone AS MATERIALIZED (
      SELECT t.session, t.at FROM told t LEFT JOIN near n ON n.session = t.session AND n.at = t.at
      WHERE ${belongs("t", "n.own")}
    )`;

/** SQL: the time of the first of them, found by going through losses_at. */
export const firstOwnLoss = ["l.pool = $pool", "l.pool = 0 AND l.pool <> $pool"]
  .map(
    (pool, isOpen) => `(
      SELECT l.at FROM losses l ${isOpen ? "JOIN sessions s ON s.session = l.session AND s.pool = $pool" : ""}
      LEFT JOIN LATERAL (
        SELECT bool_or(b.cause = ANY ($causes::text[])) AS own FROM bounces b WHERE ${shortlyBefore("b", "l")}
      ) n ON true
      WHERE ${pool} AND ${inTime} AND ${belongs("l", "n.own")}
      ORDER BY l.at LIMIT 1)`,
  )
  .join(`
      UNION ALL `);
