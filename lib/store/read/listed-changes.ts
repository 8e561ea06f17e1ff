import { z } from "zod";
import { defineQuery, timestampParam } from "../query";
import { changeColumns, changeRow } from "./change-row";

/**
 * Changes in the range with what is kept of their verdicts, newest first; those
 * that name no pool concern every pool. `pools` and `kinds` null: all. `posted`:
 * somebody told of it, and may take it back.
 */
export const listedChanges = defineQuery({
  name: "listed-changes",
  sql: `
    SELECT ${changeColumns}, c.source IS NULL AS posted, v.told
    FROM changes c LEFT JOIN change_verdicts v ON v.change = c.id
    WHERE c.at >= $from::timestamptz AND c.at < $to::timestamptz
      AND ($pools::int[] IS NULL OR c.pool IS NULL OR c.pool = ANY ($pools::int[]))
      AND ($kinds::text[] IS NULL OR c.kind = ANY ($kinds::text[]))
      AND ($afterAt::timestamptz IS NULL OR (c.at, c.id) < ($afterAt::timestamptz, $afterId::uuid))
    ORDER BY c.at DESC, c.id DESC LIMIT $limit`,
  params: z.object({
    pools: z.array(z.number()).nullable(),
    kinds: z.array(z.string()).nullable(),
    from: timestampParam,
    to: timestampParam,
    afterAt: timestampParam.nullable(),
    afterId: z.string().nullable(),
    limit: z.number(),
  }),
  row: changeRow.extend({ posted: z.boolean(), told: z.unknown() }),
});
