import { z } from "zod";
import { evidenceColumn } from "./verdict-columns";

export const lossColumns =
  "l.session, l.at, l.id, l.pool, l.node, l.correlation, l.lost_to, l.evidence";

export const lossRow = z.object({
  session: z.string(),
  at: z.number(),
  id: z.string(),
  pool: z.number(),
  node: z.string().nullable(),
  correlation: z.string().nullable(),
  lost_to: z.enum(["routing", "storage", "client"]).nullable(),
  evidence: evidenceColumn,
});
export type LossRow = z.infer<typeof lossRow>;
