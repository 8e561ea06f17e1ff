import { z } from "zod";
import { defineQuery } from "../query";
import { lossColumns, lossRow } from "./loss-row";

/** All losses of the sessions whose hash lies between two. */
export const sessionLosses = defineQuery({
  name: "session-losses",
  sql: `
    SELECT ${lossColumns} FROM losses l
    WHERE l.session BETWEEN $from::uuid AND $to::uuid ORDER BY l.at, l.id LIMIT 20000`,
  params: z.object({ from: z.string(), to: z.string() }),
  row: lossRow,
});
