import { z } from "zod";
import { severitySchema } from "./alert";
import { causeSchema, classSchema, instant } from "./common";
import { changeSchema } from "./results";

/* The weekly review. Rates and shares are from 0 to 1, null where there is nothing to reckon from. */

/** What continuity rate is aimed at. */
export const objectivesSchema = z.object({
  default: z.number().gt(0).lt(1),
  /** Of pools that have their own. */
  pools: z.record(z.string(), z.number().gt(0).lt(1)),
});
export type Objectives = z.infer<typeof objectivesSchema>;

export const weekFiguresSchema = z.object({
  sessions: z.number().int(),
  /** Sessions of at least two requests, and those of them with an unexplained bounce or a loss. */
  severalSessions: z.number().int(),
  affectedSessions: z.number().int(),
  continuityRate: z.number().nullable(),
  lostSessions: z.number().int(),
  requests: z.number().int(),
  errors: z.number().int(),
  errorRate: z.number().nullable(),
  bounces: z.number().int(),
  unexplainedBounces: z.number().int(),
  /** Of the nodes' requests: the most loaded over the mean. Null over several pools. */
  imbalance: z.number().nullable(),
});
export type WeekFigures = z.infer<typeof weekFiguresSchema>;

const bothWeeks = { current: weekFiguresSchema, previous: weekFiguresSchema };

export const budgetSchema = z.object({
  objective: z.number(),
  met: z.boolean().nullable(),
  /** Sessions that might be affected without missing the objective. */
  allowed: z.number().nullable(),
  used: z.number().int(),
  /** Of the budget; below 0 where more was used than there was. */
  left: z.number().nullable(),
});

export const recoverySchema = z.object({
  /** Times at which a session was lost and stayed so until there was a working one again. */
  outages: z.number().int(),
  recovered: z.number().int(),
  /** From the loss to a working session; of those that recovered within a day. */
  meanMs: z.number().nullable(),
  medianMs: z.number().nullable(),
});

export const incidentClasses = [
  "routing",
  "infrastructure",
  "client",
  "storage",
  "unknown",
] as const;

/** Means are of the incidents that have such a time, null where none has. */
export const weekIncidentsSchema = z.object({
  total: z.number().int(),
  unacknowledged: z.number().int(),
  /** Those with a time of detection: they were known before they were over. */
  detected: z.number().int(),
  /** From the first of it until Hopwatch knew, from there until somebody took it in hand, from the first of it to its end. */
  detectMs: z.number().nullable(),
  acknowledgeMs: z.number().nullable(),
  recoverMs: z.number().nullable(),
  /** Those with the most affected sessions first, at most twelve. */
  items: z.array(
    z.object({
      id: z.string(),
      pool: z.string().nullable(),
      title: z.string(),
      severity: severitySchema,
      cause: causeSchema.nullable(),
      /** When the first of it happened. */
      since: instant,
      /** Null where it was over before its lines came. */
      detectedMs: z.number().nullable(),
      acknowledgedMs: z.number().nullable(),
      lastedMs: z.number().nullable(),
      affectedSessions: z.number().int().nullable(),
      lostSessions: z.number().int().nullable(),
      corrected: z.boolean(),
    }),
  ),
});

export const weeklySchema = z.object({
  week: z.string(),
  from: instant,
  to: instant,
  madeAt: instant,
  /** Whether the week is over; until then the figures still move. */
  complete: z.boolean(),
  pool: z.string().nullable(),
  ...bothWeeks,
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
  previousP95Ms: z.number().nullable(),
  budget: budgetSchema,
  days: z.array(
    z.object({
      day: instant,
      severalSessions: z.number().int(),
      affectedSessions: z.number().int(),
      continuityRate: z.number().nullable(),
      previousContinuityRate: z.number().nullable(),
      /** Of the week's budget, at the end of the day; null before it began. */
      budgetLeft: z.number().nullable(),
    }),
  ),
  /** `storage` is of losses alone: no bounce is storage's. */
  classes: z.array(
    z.object({
      class: z.enum(incidentClasses),
      bounces: z.number().int(),
      previousBounces: z.number().int(),
      lostSessions: z.number().int(),
      previousLostSessions: z.number().int(),
    }),
  ),
  causes: z.array(
    z.object({
      cause: causeSchema,
      class: classSchema,
      bounces: z.number().int(),
      previousBounces: z.number().int(),
      sessions: z.number().int(),
      /** Of all bounces. */
      share: z.number(),
      /** Sessions that were lost in the week as well. */
      lostSessions: z.number().int(),
    }),
  ),
  /** Alerts that fired and began in the week. */
  incidents: weekIncidentsSchema,
  previousIncidents: weekIncidentsSchema.omit({ items: true }),
  /** At each balancer: the affinity found in a sample of the week's last hours, against the declared one. */
  affinity: z.array(
    z.object({
      pool: z.string(),
      lb: z.string(),
      declared: z.string().nullable(),
      found: z.string(),
      /** What differs, as a sentence; null when nothing does. */
      mismatch: z.string().nullable(),
      /** Looked at; those whose cookie named a node; those of them that reached another. */
      requests: z.number().int(),
      named: z.number().int(),
      elsewhere: z.number().int(),
      elsewhereShare: z.number().nullable(),
    }),
  ),
  recovery: recoverySchema,
  previousRecovery: recoverySchema,
  pools: z.array(z.object({ pool: z.string(), ...bothWeeks, budget: budgetSchema })),
  nodes: z.array(
    z.object({
      node: z.string(),
      pool: z.string(),
      ordinal: z.number().int(),
      bouncesOut: z.number().int(),
      bouncesIn: z.number().int(),
      /** Sessions that the node did not know. */
      lostSessions: z.number().int(),
      requests: z.number().int(),
      errorRate: z.number().nullable(),
    }),
  ),
  lbs: z.array(
    z.object({
      lb: z.string(),
      bounces: z.number().int(),
      unexplainedBounces: z.number().int(),
      requests: z.number().int(),
      bouncesPer1000: z.number().nullable(),
    }),
  ),
  /** Changes after which bounces came more often than before, in the half hours on both sides, beyond noise. */
  changes: z.array(
    z.object({
      change: changeSchema,
      reports: z.number().int(),
      /** Further changes of the same roll-out after which bounces came more often too. */
      further: z.number().int().default(0),
      before: z.number().int(),
      after: z.number().int(),
      beforePer1000: z.number().nullable(),
      afterPer1000: z.number().nullable(),
      /** The cause that grew most. */
      cause: causeSchema.nullable(),
    }),
  ),
  /** The most loaded node over the mean, day by day; null without requests. */
  imbalance: z.array(
    z.object({
      pool: z.string(),
      days: z.array(z.number().nullable()),
      previousDays: z.array(z.number().nullable()),
    }),
  ),
  /** What to do next, at most three: by how many sessions it would have saved. */
  steps: z.array(
    z.object({
      subject: z.union([causeSchema, z.enum(["storage", "imbalance", "affinity"])]),
      title: z.string(),
      /** Sessions that it would have saved; null where that cannot be told. */
      sessions: z.number().int().nullable(),
      evidence: z.array(z.string()),
      /** Where the evidence is to be seen: a path of this server. */
      path: z.string(),
      /** The steps to take, of the docs. */
      runbook: z.string(),
    }),
  ),
});
export type Weekly = z.infer<typeof weeklySchema>;
export type WeekStep = Weekly["steps"][number];

export const weeklyFormats = ["json", "md"] as const;
export const weeklyQuery = z.object({
  pool: z.string().optional(),
  /** `2026-W47`; without it, the last week that is over. Weeks are ISO 8601's, in UTC. */
  week: z.string().optional(),
  format: z.enum(weeklyFormats).default("json"),
});
