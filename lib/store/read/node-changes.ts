import { z } from "zod";
import { defineQuery, timestampParam } from "../query";
import { changeColumns, changeRow } from "./change-row";

/**
 * The last words on each node's state before a moment: the newest three changes
 * per pool, node and balancer; of one moment those first that count last.
 */
export const nodeChanges = defineQuery({
  name: "node-changes",
  sql: `
    SELECT ${changeColumns} FROM (
      SELECT c.*, row_number() OVER (PARTITION BY c.pool, c.node, c.lb ORDER BY c.at DESC, c.kind DESC, c.id) AS place
      FROM changes c
      WHERE c.kind IN ('node-down', 'node-up', 'node-drain', 'node-maintenance')
        AND c.node IS NOT NULL AND c.at < $before::timestamptz
        AND (c.pool IS NULL OR c.pool = ANY ($pools::int[]))
    ) c
    WHERE c.place <= 3
    ORDER BY c.at, c.id`,
  params: z.object({ pools: z.array(z.number()), before: timestampParam }),
  row: changeRow,
});
