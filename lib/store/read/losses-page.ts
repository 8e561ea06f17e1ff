import { z } from "zod";
import { defineQuery, timestampParam } from "../query";
import { lossColumns, lossRow } from "./loss-row";

/** Losses in the range, newest first. A loss that names no pool belongs to the pools that its session was in. */
export const lossesPage = defineQuery({
  name: "losses-page",
  sql: `
    SELECT ${lossColumns} FROM losses l
    WHERE l.pool = ANY ($pools::int[] || 0)
      AND l.at >= $from::timestamptz AND l.at < $to::timestamptz
      AND ($everyPool::boolean OR l.pool = ANY ($pools::int[]) OR EXISTS (
        SELECT FROM sessions s WHERE s.session = l.session AND s.pool = ANY ($pools::int[])))
      AND ($sessionFrom::uuid IS NULL OR l.session BETWEEN $sessionFrom AND $sessionTo::uuid)
      AND ($afterAt::timestamptz IS NULL
        OR (l.at, l.session, l.id) < ($afterAt::timestamptz, $afterSession::uuid, $afterId::uuid))
    ORDER BY l.at DESC, l.session DESC, l.id DESC LIMIT $limit`,
  params: z.object({
    pools: z.array(z.number()),
    everyPool: z.boolean(),
    from: timestampParam,
    to: timestampParam,
    sessionFrom: z.string().nullable(),
    sessionTo: z.string().nullable(),
    afterAt: timestampParam.nullable(),
    afterSession: z.string().nullable(),
    afterId: z.string().nullable(),
    limit: z.number(),
  }),
  row: lossRow,
});
