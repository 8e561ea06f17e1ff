import { z } from "zod";
import { causeSchema, poolRangeQuery } from "./common";

/* Where the bounces lie: which nodes and balancers have more than their traffic brings, and which have not. */

export const spreadQuery = poolRangeQuery;

/**
 * `more`, `fewer`: the share of its requests that bounced differs from that of the others by more than noise (99.9 %)
 * and by half or more. `alike`: it does not. `few`: too few requests to say. `only`: there is no other to compare with.
 */
export const standings = ["more", "fewer", "alike", "few", "only"] as const;

const placeSchema = z.object({
  name: z.string(),
  /** Of a node; null where it serves several. */
  pool: z.string().nullable(),
  requests: z.number().int(),
  /** Bounces that began here, without returns: away from the node, or sent on by the balancer. */
  bounces: z.number().int(),
  unexplained: z.number().int(),
  /** Bounces that ended here; of balancers 0. */
  into: z.number().int(),
  /** Parts of all requests and of all bounces, 0 to 1; null of nothing. */
  requestShare: z.number().nullable(),
  bounceShare: z.number().nullable(),
  standing: z.enum(standings),
});
export type SpreadPlace = z.infer<typeof placeSchema>;

export const spreadSchema = z.object({
  /** Bounces in the range, without returns. */
  bounces: z.number().int(),
  balancers: z.array(placeSchema),
  nodes: z.array(placeSchema),
  /** What would take most bounces away, most first, at most three: a cause, the balancer and the move that it shows in most. */
  causes: z.array(
    z.object({
      cause: causeSchema,
      bounces: z.number().int(),
      share: z.number(),
      lb: z.string(),
      lbShare: z.number(),
      from: z.string(),
      to: z.string(),
      moveShare: z.number(),
    }),
  ),
});
export type Spread = z.infer<typeof spreadSchema>;

/* Runbooks */

export const runbookQuery = z.object({ lb: z.string().optional() });
export const runbookSchema = z.object({
  name: z.string(),
  title: z.string(),
  /** The kind of balancer whose part stands first, as its heading; null where that is not known. */
  balancer: z.string().nullable(),
  markdown: z.string(),
});
export type Runbook = z.infer<typeof runbookSchema>;
