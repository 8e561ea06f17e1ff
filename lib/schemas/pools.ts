import { z } from "zod";
import { affinityMethods } from "@/lib/domain/facts";
import { instant, listOf, poolRangeQuery } from "./common";

/** Shares are from 0 to 1, null where nothing shows them. */
export const affinityFoundSchema = z.object({
  lb: z.string(),
  method: z.enum(affinityMethods),
  confidence: z.number(),
  cookie: z.string().nullable(),
  /** What the source of this balancer's log declares; null where it declares nothing. */
  declared: z.object({ method: z.string(), cookie: z.string().nullable() }).nullable(),
  /** Of the responses to clients without the cookie, the share that set it. */
  setShare: z.number().nullable(),
  /** Of the requests of clients that had been given it, the share that sent it. */
  presentedShare: z.number().nullable(),
  idleSeconds: z.number().nullable(),
  lifeSeconds: z.number().nullable(),
  /** What differs from the declared affinity, as a sentence; null when nothing does. */
  mismatch: z.string().nullable(),
  /** Requests and sessions that were looked at. */
  requests: z.number().int(),
  sessions: z.number().int(),
  /** Of those requests: those whose cookie names a node, and those of them that reached another. */
  named: z.number().int(),
  elsewhere: z.number().int(),
});
export type AffinityFound = z.infer<typeof affinityFoundSchema>;

export const poolSchema = z.object({
  name: z.string(),
  lbs: z.array(z.string()),
  nodes: z.number().int(),
  affinity: z
    .object({ method: z.string(), cookie: z.string().nullable(), declaredBy: z.string() })
    .nullable(),
  /** At each balancer whose traffic shows it: the affinity at work, and how its cookies were followed. */
  found: z.array(affinityFoundSchema),
  /** Cookie values that the pool's balancers read differently. */
  disagreements: z.array(
    z.object({
      value: z.string(),
      nodes: z.array(z.object({ lb: z.string(), node: z.string() })),
    }),
  ),
  lastSeen: instant.nullable(),
});
export type Pool = z.infer<typeof poolSchema>;
export const poolListSchema = listOf(poolSchema);

export const nodeStateSchema = z.enum(["up", "down", "drain", "maintenance", "unknown"]);

export const nodeSchema = z.object({
  name: z.string(),
  pool: z.string(),
  /** By first sight in the pool, from 0; colour and shape follow it. */
  ordinal: z.number().int(),
  aliases: z.array(z.object({ name: z.string(), by: z.string() })),
  state: nodeStateSchema,
  stateSince: instant.nullable(),
  /** How far its app's clock is ahead of the balancers'; null where too few correlation IDs tell. */
  clockOffsetMs: z.number().nullable(),
  /** Typical distance of one measurement from the offset, and how many there were. */
  clockJitterMs: z.number().nullable().default(null),
  clockSamples: z.number().int().default(0),
  /** Requests a second over the range, and its share of the pool's, 0 to 1. */
  requestsPerSecond: z.number().nullable(),
  share: z.number().nullable(),
  lastSeen: instant.nullable(),
});
export type Node = z.infer<typeof nodeSchema>;

export const nodeListSchema = listOf(nodeSchema).extend({
  /** Names that would be one node and were not taken for one. */
  conflicts: z.array(
    z.object({ pool: z.string(), a: z.string(), b: z.string(), reason: z.string() }),
  ),
  /** How far a balancer's clock is ahead of another's that passed requests on to it. */
  balancerClocks: z.array(
    z.object({
      lb: z.string(),
      against: z.string(),
      offsetMs: z.number(),
      jitterMs: z.number(),
      samples: z.number().int(),
    }),
  ),
});
export type NodeList = z.infer<typeof nodeListSchema>;

export const nodesQuery = poolRangeQuery;
