import { z } from "zod";
import { listOf } from "../session-places";
import { causeColumn } from "./verdict-columns";

export const sessionColumns = `
  s.session, s.pool, s.first_seen, s.last_seen, s.requests, s.bounces, s.unexplained, s.returns,
  s.losses, s.ping_pong, s.main_cause, ${listOf("s", "node")} AS nodes, ${listOf("s", "lb")} AS lbs,
  host(s.client) AS client`;

export const sessionRow = z.object({
  session: z.string(),
  pool: z.number(),
  first_seen: z.number(),
  last_seen: z.number(),
  requests: z.number(),
  bounces: z.number(),
  unexplained: z.number(),
  returns: z.number(),
  losses: z.number(),
  ping_pong: z.boolean(),
  main_cause: causeColumn.nullable(),
  nodes: z.array(z.number()),
  lbs: z.array(z.number()),
  client: z.string().nullable(),
});
export type SessionRecord = z.infer<typeof sessionRow>;
