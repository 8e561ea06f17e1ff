import { z } from "zod";
import { stickinessVerdicts } from "@/lib/domain/stickiness-verdict";
import { causeSchema, instant } from "./common";
import { changeSchema } from "./results";

/* Before and after */

/** What happened in one window. Rates are from 0 to 1, null where there is nothing to reckon from. */
export const sideSchema = z.object({
  /** Null: all of them. */
  pool: z.string().nullable(),
  from: instant,
  to: instant,
  sessions: z.number().int(),
  /** Sessions of at least two requests, and those of them with an unexplained bounce or a loss in the window. */
  severalSessions: z.number().int(),
  affectedSessions: z.number().int(),
  continuityRate: z.number().nullable(),
  lostSessions: z.number().int(),
  requests: z.number().int(),
  errors: z.number().int(),
  errorRate: z.number().nullable(),
  bounces: z.number().int(),
  unexplainedBounces: z.number().int(),
  bouncesPer1000: z.number().nullable(),
  bouncesByCause: z.partialRecord(causeSchema, z.number().int()),
  /** Latency is counted by node, not by balancer: null where one balancer is asked for. */
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
  /** Of the nodes' requests: the most loaded over the mean. 1 is even. Over several pools: that of the most uneven one. */
  imbalance: z.number().nullable(),
});
export type Side = z.infer<typeof sideSchema>;

/** After less before, with its 95 % interval (Newcombe). */
export const differenceSchema = z.object({
  difference: z.number(),
  low: z.number(),
  high: z.number(),
  /** Of the two-proportion test, two-sided. */
  pValue: z.number().nullable(),
});

export const verdictSchema = z.enum(stickinessVerdicts);

export const comparedMetrics = [
  "continuity",
  "lost",
  "bounces",
  "unexplained",
  "errors",
  "p50",
  "p95",
  "imbalance",
] as const;
export type ComparedMetric = (typeof comparedMetrics)[number];

/** One figure on both sides. Shares are tested against noise; latency and imbalance, which are none, are not. */
export const comparedSchema = z.object({
  metric: z.enum(comparedMetrics),
  before: z.number().nullable(),
  after: z.number().nullable(),
  verdict: verdictSchema.nullable(),
  interval: differenceSchema.nullable(),
  /** `better by 1.2 points, between 0.8 and 1.6`, `no more than noise: 0.1 points worse to 0.2 better`, `not tested`. */
  words: z.string(),
});
export type Compared = z.infer<typeof comparedSchema>;

export const compareSchema = z.object({
  /** Of both sides; null where they differ, and for all. */
  pool: z.string().nullable(),
  lb: z.string().nullable(),
  change: changeSchema.nullable(),
  before: sideSchema,
  after: sideSchema,
  /** Whether both windows are over; until then the figures still move. */
  complete: z.boolean(),
  /** Of continuity. */
  verdict: verdictSchema,
  /** The verdict as a sentence. */
  words: z.string(),
  figures: z.array(comparedSchema),
});
export type Comparison = z.infer<typeof compareSchema>;

export const changeVerdictSchema = z.object({
  change: changeSchema,
  pool: z.string().nullable(),
  verdict: verdictSchema,
  words: z.string(),
  /** Of the continuity rate; null where a side has no sessions of at least two requests. */
  interval: differenceSchema.nullable(),
  before: sideSchema,
  after: sideSchema,
  complete: z.boolean(),
});
export type ChangeVerdict = z.infer<typeof changeVerdictSchema>;

const windowLength = z
  .string()
  .regex(/^[1-9]\d{0,3}[smhd]$/, "give 30m, 2h or 1d")
  .default("30m");
const tolerance = z.coerce.number().gt(0).lt(1).default(0.01);

export const compareFormats = ["json", "md"] as const;

/** Two windows, or the two sides of a change or a moment. */
export const compareQuery = z.object({
  pool: z.string().optional(),
  /** Of one side, where the two are of different pools: for a controlled experiment. */
  beforePool: z.string().optional(),
  afterPool: z.string().optional(),
  /** Only what came through this balancer. */
  lb: z.string().optional(),
  /** A change's id. */
  change: z.string().optional(),
  /** A moment. */
  at: z.string().optional(),
  /** How long each side of the change or the moment is: `30m`. */
  window: windowLength,
  /** Two windows of any length: `from/to`, each as in a range (`now-2h/now-1h`). */
  before: z.string().optional(),
  after: z.string().optional(),
  tolerance,
  format: z.enum(compareFormats).default("json"),
});
export const changeVerdictQuery = z.object({
  /** Without it, the change's own; every pool where it names none. */
  pool: z.string().optional(),
  window: windowLength,
  /** How much worse, as a share, may still be called intact as long as more is ruled out. */
  tolerance,
});
