import { z } from "zod";
import { defineQuery } from "../query";
import { bounceColumns, bounceRow, withProof } from "./bounce-row";

/** All moves of a session, in order. */
export const sessionBounces = defineQuery({
  name: "session-bounces",
  sql: `
    SELECT ${bounceColumns} FROM bounces b ${withProof}
    WHERE b.session = $session::uuid ORDER BY b.at, b.id LIMIT 20000`,
  params: z.object({ session: z.string() }),
  row: bounceRow,
});
