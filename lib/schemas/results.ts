import { z } from "zod";
import { changeKinds, sessionEventTypes } from "@/lib/domain/facts";
import {
  causeSchema,
  classSchema,
  evidenceSchema,
  figureSchema,
  instant,
  listOf,
  pageQuery,
  poolRangeQuery,
  rangeQuery,
} from "./common";

import { nodeSchema } from "./pools";

export { poolRangeQuery } from "./common";
export { bouncesQuery, lossesQuery, sessionSorts, sessionsQuery } from "./lists";

/* Changes */

export const changeSchema = z.object({
  id: z.string(),
  at: instant,
  kind: z.enum(changeKinds),
  pool: z.string().nullable(),
  node: z.string().nullable(),
  lb: z.string().nullable(),
  title: z.string(),
  url: z.string().nullable(),
  author: z.string().nullable(),
});
export type ChangeMark = z.infer<typeof changeSchema>;

/* Sessions */

export const sessionSchema = z.object({
  /** The public short form: 16 hex digits of the keyed hash. */
  id: z.string(),
  pool: z.string(),
  firstSeen: instant,
  lastSeen: instant,
  requests: z.number().int(),
  bounces: z.number().int(),
  unexplained: z.number().int(),
  returns: z.number().int(),
  nodes: z.array(z.string()),
  lbs: z.array(z.string()),
  lost: z.number().int(),
  pingPong: z.boolean(),
  mainCause: causeSchema.nullable(),
  client: z.string().nullable(),
});
export type Session = z.infer<typeof sessionSchema>;

/** A session with its way over the nodes, for the journey strip: segments in order of time. */
export const sessionRowSchema = sessionSchema.extend({
  journey: z.array(z.object({ node: z.string(), from: instant, to: instant })),
  lastBounce: instant.nullable(),
});
export type SessionRow = z.infer<typeof sessionRowSchema>;
export const sessionListSchema = listOf(sessionRowSchema);
export const lookupInputSchema = z.object({ value: z.string().min(1).max(4096) });
export const lookupOutputSchema = z.object({ items: z.array(sessionSchema) });

export const timelineRequestSchema = z.object({
  id: z.string(),
  startedAt: instant,
  durationMs: z.number().nullable(),
  pool: z.string(),
  lb: z.string(),
  listener: z.string().nullable(),
  node: z.string().nullable(),
  intendedNode: z.string().nullable(),
  attempts: z.array(
    z.object({
      node: z.string(),
      status: z.number().nullable(),
      durationMs: z.number().nullable(),
    }),
  ),
  method: z.string().nullable(),
  host: z.string().nullable(),
  path: z.string().nullable(),
  query: z.string().nullable(),
  protocol: z.string().nullable(),
  status: z.number().nullable(),
  bytesOut: z.number().nullable(),
  userAgent: z.string().nullable(),
  clientIp: z.string().nullable(),
  correlationId: z.string().nullable(),
  persistence: z.object({
    presented: z.string().nullable(),
    inserted: z.string().nullable(),
    state: z.string().nullable(),
  }),
  termination: z.string().nullable(),
  retries: z.number().nullable(),
  redispatched: z.boolean().nullable(),
  upgrade: z.boolean().nullable(),
  /** This request's response began the session; it had presented another key. */
  starts: z.boolean(),
});
export type TimelineRequest = z.infer<typeof timelineRequestSchema>;

export const timelineEventSchema = z.object({
  id: z.string(),
  at: instant,
  /** The time by the app's own clock, where that clock is off and `at` is corrected. */
  reportedAt: instant.optional(),
  type: z.enum(sessionEventTypes),
  node: z.string().nullable(),
  /** The event's own words for its node, before aliases. */
  reportedNode: z.string().nullable(),
  correlationId: z.string().nullable(),
  requestId: z.string().nullable(),
  store: z.string().nullable(),
  hit: z.boolean().nullable(),
  latencyMs: z.number().nullable(),
});
export type TimelineEvent = z.infer<typeof timelineEventSchema>;

export const bounceSchema = z.object({
  id: z.string(),
  at: instant,
  pool: z.string(),
  session: z.string(),
  requestId: z.string(),
  correlationId: z.string().nullable(),
  from: z.string(),
  to: z.string(),
  cause: causeSchema,
  class: classSchema,
  confidence: z.number(),
  evidence: z.array(evidenceSchema),
  isReturn: z.boolean(),
  lb: z.string(),
  /** What the request asked for; told by the list of bounces. */
  path: z.string().nullish(),
});
export type Bounce = z.infer<typeof bounceSchema>;
export const bounceListSchema = listOf(bounceSchema);

export const lossSchema = z.object({
  id: z.string(),
  at: instant,
  pool: z.string(),
  session: z.string(),
  node: z.string().nullable(),
  correlationId: z.string().nullable(),
  lostTo: z.enum(["routing", "storage", "client"]).nullable(),
  evidence: z.array(evidenceSchema),
});
export type Loss = z.infer<typeof lossSchema>;
export const lossListSchema = listOf(lossSchema);

/** What somebody wrote at a moment of a session. */
export const annotationSchema = z.object({
  id: z.string(),
  at: instant,
  text: z.string(),
  /** As they called themselves; null when they did not. */
  author: z.string().nullable(),
  createdAt: instant,
  editedAt: instant.nullable(),
});
export type Annotation = z.infer<typeof annotationSchema>;

export const annotationInputSchema = z
  .object({
    at: instant,
    text: z.string().trim().min(1).max(2000),
    author: z.string().trim().max(200).nullish(),
  })
  .strict();

export const timelineSchema = z.object({
  session: sessionSchema,
  nodes: z.array(nodeSchema),
  requests: z.array(timelineRequestSchema),
  events: z.array(timelineEventSchema),
  bounces: z.array(bounceSchema),
  losses: z.array(lossSchema),
  changes: z.array(changeSchema),
  annotations: z.array(annotationSchema).default([]),
  /** The balancers that served it, with the log format of their source where that is known. */
  balancers: z.array(z.object({ lb: z.string(), format: z.string().nullable() })).default([]),
  /** The sessions that this one followed from, and that followed, across a loss or a new login. */
  before: z.string().nullable(),
  after: z.string().nullable(),
  /** True when the session has more requests than are returned here. */
  truncated: z.boolean(),
});
export type Timeline = z.infer<typeof timelineSchema>;

/* Exports and snapshots */

export const exportFormats = ["md", "json", "svg", "png"] as const;
export type ExportFormat = (typeof exportFormats)[number];
/** Without a format the `Accept` header is asked; without either it is Markdown. */
export const exportQuery = z.object({ format: z.enum(exportFormats).optional() });

export const snapshotInputSchema = z.object({
  /** The session's id, never its raw key. */
  sessionId: z.string().min(1).max(64),
  from: z.string().optional(),
  to: z.string().optional(),
  note: z.string().max(2000).nullish(),
});

/** An immutable copy of a timeline. */
export const snapshotSchema = z.object({
  id: z.string(),
  createdAt: instant,
  note: z.string().nullable(),
  /** Where people see it: a path of this server. */
  path: z.string(),
  timeline: timelineSchema,
});
export type Snapshot = z.infer<typeof snapshotSchema>;

/* Overview */

export const seriesPointSchema = z.object({
  at: instant,
  requests: z.number().nullable(),
  requestsPerSecond: z.number().nullable(),
  sessions: z.number().nullable(),
  bounces: z.number().nullable(),
  unexplainedBounces: z.number().nullable(),
  lostSessions: z.number().nullable(),
  continuityRate: z.number().nullable(),
  errorRate: z.number().nullable(),
  p95Ms: z.number().nullable(),
  bouncesByCause: z.partialRecord(causeSchema, z.number()),
});

export const overviewSchema = z.object({
  from: instant,
  to: instant,
  stepMs: z.number(),
  continuityRate: figureSchema,
  /** The continuity rate that is aimed at, 0 to 1. */
  objective: z.number(),
  requests: figureSchema,
  requestsPerSecond: figureSchema,
  sessions: figureSchema,
  affectedSessions: figureSchema,
  bounces: figureSchema,
  unexplainedBounces: figureSchema,
  lostSessions: figureSchema,
  errorRate: figureSchema,
  p50Ms: figureSchema,
  p95Ms: figureSchema,
  p99Ms: figureSchema,
  bouncesByCause: z.partialRecord(causeSchema, z.number()),
  series: z.array(seriesPointSchema),
  /** The period of the same length before, step by step, for the dotted line. */
  previousSeries: z.array(seriesPointSchema),
  changes: z.array(changeSchema),
  /** When the newest request of the pool began; null when there was none. */
  newestAt: instant.nullable(),
});
export type Overview = z.infer<typeof overviewSchema>;

export const transitionsQuery = poolRangeQuery.extend({
  /** Only so many nodes, those with most moves; and the moves between them, and so many of the most frequent others. */
  top: z.coerce.number().int().min(1).max(1000).optional(),
});

export const transitionsSchema = z.object({
  nodes: z.array(z.string()),
  /** Requests that stayed on the node, of those that had one before: 0 to 1; null without requests. */
  stay: z.array(z.number().nullable()),
  /** Bounces that left each node, and that came to it, whatever is listed of them. */
  left: z.array(z.number().int()),
  reached: z.array(z.number().int()),
  /** All of the range: bounces, the moves that they were, and the nodes with one. */
  bounces: z.number().int(),
  moves: z.number().int(),
  movedNodes: z.number().int(),
  items: z.array(
    z.object({
      from: z.string(),
      to: z.string(),
      bounces: z.number().int(),
      byCause: z.partialRecord(causeSchema, z.number()),
    }),
  ),
});
export type Transitions = z.infer<typeof transitionsSchema>;

/* Rejected lines */

export const rejectSchema = z.object({
  source: z.string(),
  at: instant,
  reason: z.string(),
  text: z.string(),
});
export const rejectListSchema = listOf(rejectSchema).extend({
  byReason: z.array(z.object({ reason: z.string(), count: z.number().int() })),
});
export type RejectList = z.infer<typeof rejectListSchema>;

/* Questions */

export const overviewQuery = poolRangeQuery.extend({ lb: z.string().optional() });
export const timelineQuery = z.object({
  from: z.string().optional(),
  to: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(20_000).default(10_000),
});
export const rejectsQuery = rangeQuery.extend(pageQuery.shape).extend({
  source: z.string().optional(),
});
