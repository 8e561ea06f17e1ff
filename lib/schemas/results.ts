import { z } from "zod";
import { affinityMethods, changeKinds, sessionEventTypes } from "@/lib/domain/facts";
import { alertSchema } from "./alert";
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

export { poolRangeQuery } from "./common";
export { bouncesQuery, lossesQuery, sessionSorts, sessionsQuery } from "./lists";

/* Pools and nodes */

/** Shares are from 0 to 1, null where nothing shows them. */
export const affinityFoundSchema = z.object({
  lb: z.string(),
  method: z.enum(affinityMethods),
  confidence: z.number(),
  cookie: z.string().nullable(),
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

export const transitionsSchema = z.object({
  nodes: z.array(z.string()),
  /** Requests that stayed on the node, of those that had one before: 0 to 1; null without requests. */
  stay: z.array(z.number().nullable()),
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

/* Heatmap */

export const heatmapMetrics = [
  "requests",
  "sessions",
  "p95",
  "errors",
  "share",
  "bouncesIn",
  "bouncesOut",
] as const;
export type HeatmapMetric = (typeof heatmapMetrics)[number];

/**
 * `values[node][time]`; null where no request was seen, which is not zero.
 * `requests`, `sessions` and bounces are counts, `p95` is in milliseconds,
 * `errors` (5xx) and `share` (of the pool's served requests) are from 0 to 1.
 */
export const heatmapSchema = z.object({
  metric: z.enum(heatmapMetrics),
  /** Milliseconds a column covers. */
  step: z.number(),
  times: z.array(instant),
  nodes: z.array(z.string()),
  values: z.array(z.array(z.number().nullable())),
  imbalance: z.object({
    maxOverMean: z.number().nullable(),
    cv: z.number().nullable(),
    gini: z.number().nullable(),
  }),
});
export type Heatmap = z.infer<typeof heatmapSchema>;

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
export const nodesQuery = poolRangeQuery;
export const heatmapQuery = poolRangeQuery.extend({
  metric: z.enum(heatmapMetrics).default("requests"),
  /** `30s`, `1m`, `5m`, `1h` or milliseconds; chosen by the range when absent. */
  step: z.string().optional(),
});
export const timelineQuery = z.object({
  from: z.string().optional(),
  to: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(20_000).default(10_000),
});
export const rejectsQuery = rangeQuery.extend(pageQuery.shape).extend({
  source: z.string().optional(),
});

export const streamQuery = z.object({ pool: z.string().optional() });

/* The stream: one JSON object as the data of each server-sent event */

export const streamEventSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("tick"),
    at: instant,
    /** Facts committed since the last tick. */
    requests: z.number().int(),
    events: z.number().int(),
    newestAt: instant.nullable(),
    pools: z.array(z.string()),
    /** A few of the newest requests, for the live tail; `dropped` says how many are not shown. */
    tail: z.array(
      z.object({
        id: z.string(),
        at: instant,
        pool: z.string(),
        lb: z.string(),
        method: z.string().nullable(),
        path: z.string().nullable(),
        status: z.number().nullable(),
        durationMs: z.number().nullable(),
        node: z.string().nullable(),
        session: z.string().nullable(),
      }),
    ),
    dropped: z.number().int(),
  }),
  z.object({ type: z.literal("bounce"), bounce: bounceSchema }),
  z.object({ type: z.literal("loss"), loss: lossSchema }),
  z.object({ type: z.literal("change"), change: changeSchema }),
  z.object({ type: z.literal("alert"), alert: alertSchema }),
]);
export type StreamEvent = z.infer<typeof streamEventSchema>;
