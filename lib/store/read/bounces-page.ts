import { z } from "zod";
import { defineQuery, timestampParam } from "../query";
import { bounceColumns, bounceRow } from "./bounce-row";

/** Bounces in the range, newest first. Reads bounces_at, one range per pool. */
export const bouncesPage = defineQuery({
  name: "bounces-page",
  sql: `
    SELECT ${bounceColumns} FROM bounces b
    WHERE b.pool = ANY ($pools::int[])
      AND b.at >= $from::timestamptz AND b.at < $to::timestamptz
      AND ($cause::text IS NULL OR b.cause = $cause)
      AND ($nodes::int[] IS NULL OR b.from_node = ANY ($nodes) OR b.to_node = ANY ($nodes))
      AND ($lb::int IS NULL OR b.lb = $lb)
      AND ($sessionFrom::uuid IS NULL OR b.session BETWEEN $sessionFrom AND $sessionTo::uuid)
      AND ($afterAt::timestamptz IS NULL
        OR (b.at, b.session, b.id) < ($afterAt::timestamptz, $afterSession::uuid, $afterId::uuid))
    ORDER BY b.at DESC, b.session DESC, b.id DESC LIMIT $limit`,
  params: z.object({
    pools: z.array(z.number()),
    from: timestampParam,
    to: timestampParam,
    cause: z.string().nullable(),
    nodes: z.array(z.number()).nullable(),
    lb: z.number().nullable(),
    sessionFrom: z.string().nullable(),
    sessionTo: z.string().nullable(),
    afterAt: timestampParam.nullable(),
    afterSession: z.string().nullable(),
    afterId: z.string().nullable(),
    limit: z.number(),
  }),
  row: bounceRow,
});
