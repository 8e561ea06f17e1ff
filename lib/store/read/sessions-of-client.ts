import { z } from "zod";
import { defineQuery } from "../query";
import { sessionColumns, sessionRow } from "./session-row";

/** The sessions that a client address, or a network, was last seen with: newest first, at most 100. */
export const sessionsOfClient = defineQuery({
  name: "sessions-of-client",
  sql: `
    SELECT ${sessionColumns} FROM sessions s
    WHERE s.client <<= $client::inet
    ORDER BY s.last_seen DESC, s.session, s.pool LIMIT 100`,
  params: z.object({ client: z.string() }),
  row: sessionRow,
});
