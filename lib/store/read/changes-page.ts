import { z } from "zod";
import { defineQuery, timestampParam } from "../query";
import { changeColumns, changeRow } from "./change-row";

/** Changes in the range, newest first; those that name no pool concern every pool. `pools` null: all. */
export const changesPage = defineQuery({
  name: "changes-page",
  sql: `
    SELECT ${changeColumns} FROM changes c
    WHERE c.at >= $from::timestamptz AND c.at < $to::timestamptz
      AND ($pools::int[] IS NULL OR c.pool IS NULL OR c.pool = ANY ($pools::int[]))
      AND ($afterAt::timestamptz IS NULL OR (c.at, c.id) < ($afterAt::timestamptz, $afterId::uuid))
    ORDER BY c.at DESC, c.id DESC LIMIT $limit`,
  params: z.object({
    pools: z.array(z.number()).nullable(),
    from: timestampParam,
    to: timestampParam,
    afterAt: timestampParam.nullable(),
    afterId: z.string().nullable(),
    limit: z.number(),
  }),
  row: changeRow,
});
