import { z } from "zod";
import { defineQuery } from "../query";
import { sessionColumns, sessionRow } from "./session-row";

/** The rows of these sessions, by the primary key. */
export const sessionsNamed = defineQuery({
  name: "sessions-named",
  sql: `
    SELECT ${sessionColumns} FROM sessions s
    WHERE s.session = ANY ($sessions::uuid[])
    ORDER BY s.requests DESC, s.last_seen DESC, s.session, s.pool LIMIT 1000`,
  params: z.object({ sessions: z.array(z.string()) }),
  row: sessionRow,
});
