import { z } from "zod";
import { changeKinds } from "@/lib/domain/facts";
import { instant, listOf, pageQuery } from "./common";
import { differenceSchema, sideSchema, verdictSchema } from "./compare";
import { changeSchema, poolRangeQuery } from "./results";

const sideOfVerdict = sideSchema.pick({
  severalSessions: true,
  affectedSessions: true,
  continuityRate: true,
});

/** What is kept of a change's verdict: continuity in the half hours on both sides. */
export const keptVerdictSchema = z.object({
  verdict: verdictSchema,
  words: z.string(),
  /** After less before; null where a side has no sessions of at least two requests. */
  interval: differenceSchema.nullable(),
  before: sideOfVerdict,
  after: sideOfVerdict,
  judgedAt: instant,
});
export type KeptVerdict = z.infer<typeof keptVerdictSchema>;

export const listedChangeSchema = changeSchema.extend({
  /** Somebody posted it: it can be corrected and taken back. What a log told cannot. */
  posted: z.boolean(),
  /** Null until the half hour after it is over, and for nodes that went down or came back by themselves. */
  verdict: keptVerdictSchema.nullable(),
  /** When it will be judged first; null where it was, or is not to be. */
  verdictDue: instant.nullable(),
});
export type ListedChange = z.infer<typeof listedChangeSchema>;
export const changeListSchema = listOf(listedChangeSchema);

export const changesQuery = poolRangeQuery.extend(pageQuery.shape).extend({
  kind: z.enum(changeKinds).optional(),
});
