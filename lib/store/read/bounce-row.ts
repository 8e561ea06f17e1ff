import { z } from "zod";
import { causeColumn, classColumn, evidenceColumn } from "./verdict-columns";

/** SQL: bounces `b` with what proves them. */
export const withProof = "LEFT JOIN proofs p ON p.id = b.proof";

/** SQL: a bounce's evidence, its own or what it shares with others; it needs `withProof`. */
export const bounceEvidence = "coalesce(b.evidence, p.value::jsonb)";

/** SQL: a bounce's columns; it needs `withProof`. */
export const bounceColumns = `
  b.session, b.at, b.id, b.pool, b.lb, b.previous, b.previous_at, b.from_node, b.to_node,
  b.is_return, b.cause, b.class, b.confidence, ${bounceEvidence} AS evidence, b.correlation`;

export const bounceRow = z.object({
  session: z.string(),
  at: z.number(),
  id: z.string(),
  pool: z.number(),
  lb: z.number(),
  previous: z.string(),
  previous_at: z.number(),
  from_node: z.number(),
  to_node: z.number(),
  is_return: z.boolean(),
  cause: causeColumn,
  class: classColumn,
  confidence: z.number(),
  evidence: evidenceColumn,
  correlation: z.string().nullable(),
});
export type BounceRow = z.infer<typeof bounceRow>;
