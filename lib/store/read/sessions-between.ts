import { z } from "zod";
import { defineQuery } from "../query";
import { sessionColumns, sessionRow } from "./session-row";

/** The rows of the sessions whose hash lies between two, which share their first digits: by the primary key. */
export const sessionsBetween = defineQuery({
  name: "sessions-between",
  sql: `
    SELECT ${sessionColumns} FROM sessions s
    WHERE s.session BETWEEN $from::uuid AND $to::uuid
    ORDER BY s.session, s.requests DESC, s.pool LIMIT 1000`,
  params: z.object({ from: z.string(), to: z.string() }),
  row: sessionRow,
});
