import { z } from "zod";
import type { Rule } from "@/lib/domain/alerts/rule";
import { alertSchema, alertStateSchema, severitySchema } from "./alert";
import { deliverySchema } from "./alert-channels";
import { causeSchema, instant, listOf, pageQuery } from "./common";
import { changeSchema } from "./results";

/* Rules */

const seconds = (most: number) => z.number().int().min(0).max(most);
const windowSeconds = z.number().int().min(15).max(21_600);
const above = z.number().positive();
/** It begins only when so many sessions are newly affected within a minute or five, and more than chance makes of the usual. */
const minSessions = z.number().int().min(0).max(100_000).optional();

export const conditionSchema = z.discriminatedUnion("kind", [
  z
    .object({
      kind: z.literal("bounce-rate"),
      abovePerMinute: above,
      /** Of the requests, 0 to 1; 0 or left out: any. */
      aboveShare: z.number().min(0).max(1).optional(),
      windowSeconds,
      minSessions,
    })
    .strict(),
  z
    .object({
      kind: z.literal("unexplained-bounces"),
      abovePerMinute: above,
      /** Of the requests, 0 to 1; 0: any. */
      aboveShare: z.number().min(0).max(1),
      windowSeconds,
      minSessions,
    })
    .strict(),
  z.object({ kind: z.literal("lost-sessions"), above, windowSeconds, minSessions }).strict(),
  z.object({ kind: z.literal("ping-pong"), above, windowSeconds, minSessions }).strict(),
  z
    .object({
      kind: z.literal("continuity"),
      objective: z.number().gt(0).lt(1),
      windows: z
        .array(
          z
            .object({
              longMinutes: z.number().int().min(5).max(360),
              shortMinutes: z.number().int().min(1).max(360),
              burnRate: z.number().positive().max(1000),
            })
            .strict(),
        )
        .min(1)
        .max(4),
    })
    .strict(),
  z
    .object({
      kind: z.literal("imbalance"),
      aboveMaxOverMean: z.number().gt(1).max(1000),
      windowSeconds: windowSeconds.min(60),
    })
    .strict(),
  z.object({ kind: z.literal("node-share"), aboveUsual: z.number().min(1.1).max(1000) }).strict(),
  z.object({ kind: z.literal("clock-offset"), aboveMs: above }).strict(),
  z
    .object({ kind: z.literal("silent"), afterSeconds: z.number().int().min(30).max(86_400) })
    .strict(),
  z
    .object({
      kind: z.literal("rejects"),
      aboveShare: z.number().gt(0).lt(1),
      minLines: z.number().int().min(1),
      windowSeconds: windowSeconds.min(60).max(3600),
    })
    .strict(),
]);

const ruleId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "small letters, digits and dashes; at most 64");
const words = z.string().trim().min(1).max(200);

export const ruleSchema = z
  .object({
    id: ruleId,
    name: words,
    enabled: z.boolean().default(true),
    severity: severitySchema.default("warning"),
    scope: z
      .object({
        pool: words.nullish(),
        lb: words.nullish(),
        node: words.nullish(),
        cause: causeSchema.nullish(),
        source: words.nullish(),
      })
      .strict()
      .default({}),
    condition: conditionSchema,
    forSeconds: seconds(86_400).default(0),
    minTraffic: z.number().min(0).default(0),
    clearBelow: z.number().gt(0).max(1).default(0.5),
    clearForSeconds: seconds(86_400).default(120),
    channels: z.array(words).max(50).nullable().default(null),
  })
  .strict() satisfies z.ZodType<Rule>;

export const rulesSchema = z.object({
  items: z
    .array(ruleSchema)
    .max(1000)
    .refine((rules) => new Set(rules.map(({ id }) => id)).size === rules.length, {
      message: "each id once",
    }),
});
export type Rules = z.infer<typeof rulesSchema>;

/** What the file of rules holds; its rules are changed there only. */
export const rulesFileSchema = z.object({
  path: z.string(),
  rules: z.array(ruleSchema),
  /** Why it cannot be used as it is; the rules are those that were read before. */
  faults: z.array(z.object({ line: z.number().int(), reason: z.string() })),
  readAt: instant,
});
export type RulesFile = z.infer<typeof rulesFileSchema>;

export const rulesAnswerSchema = rulesSchema.extend({
  /** Where there is a file: its place, the ids of the rules that come from it, its faults. */
  file: rulesFileSchema
    .omit({ rules: true })
    .extend({ ids: z.array(z.string()) })
    .nullable(),
});
export type RulesAnswer = z.infer<typeof rulesAnswerSchema>;

/* Alerts */

const placeSchema = z.object({
  name: z.string(),
  bad: z.number(),
  requests: z.number(),
  share: z.number(),
  involved: z.boolean(),
});

const suspectSchema = z.object({
  change: changeSchema,
  /** How long before the onset, ms; negative: after it. */
  beforeMs: z.number(),
  /** 0 to 1. */
  likelihood: z.number(),
  word: z.enum(["likely", "possible", "unlikely"]),
  /** What speaks for and against it, in a sentence. */
  why: z.string().default(""),
});

/** What an alert says: made from the facts, and made again while it goes on. */
export const alertContentSchema = z.object({
  /** One sentence for a message. */
  summary: z.string(),
  /** When the first of it happened. */
  onset: instant,
  to: instant,
  sessions: z.number().int(),
  affectedSessions: z.number().int(),
  lostSessions: z.number().int(),
  bounces: z.number().int(),
  nodes: z.array(placeSchema),
  lbs: z.array(placeSchema),
  causes: z.array(z.object({ cause: causeSchema, bounces: z.number().int() })),
  suspects: z.array(suspectSchema),
  samples: z.array(
    z.object({
      id: z.string(),
      bounces: z.number().int(),
      lost: z.number().int(),
      nodes: z.array(z.string()),
      mainCause: causeSchema.nullable(),
    }),
  ),
  /** Around the onset, a step of a minute. */
  series: z.array(
    z.object({ at: instant, byCause: z.partialRecord(causeSchema, z.number()), lost: z.number() }),
  ),
  runbook: z.object({ name: z.string(), balancer: z.string().nullable() }).nullable(),
});
export type AlertContent = z.infer<typeof alertContentSchema>;

export const alertListSchema = listOf(alertSchema).extend({
  counts: z.record(alertStateSchema, z.number().int()),
});
export type AlertList = z.infer<typeof alertListSchema>;

export const historySchema = z.array(
  z.object({
    /** When it happened: in log time for what the facts say, else by our clock. */
    at: instant,
    /** When Hopwatch knew. */
    notedAt: instant,
    what: z.enum([
      "pending",
      "firing",
      "firing-again",
      "acknowledged",
      "resolved",
      "closed",
      "corrected",
    ]),
    by: z.string().nullable(),
    note: z.string().nullable(),
  }),
);
export type AlertHistory = z.infer<typeof historySchema>;

export const alertDetailSchema = alertSchema.extend({
  content: alertContentSchema.nullable(),
  /** Markdown; null where there is none for this. */
  runbook: z.string().nullable(),
  history: historySchema,
  deliveries: z.array(deliverySchema),
});
export type AlertDetail = z.infer<typeof alertDetailSchema>;

export const alertsQuery = pageQuery.extend({
  status: alertStateSchema.optional(),
  pool: z.string().optional(),
});

export const alertActionSchema = z
  .object({ by: words.nullish(), note: z.string().max(2000).nullish() })
  .strict();

/* Silences */

export const silenceInputSchema = z
  .object({
    /** An alert whose pool and subject are silenced; else what is given below. */
    alertId: z.string().nullish(),
    pool: words.nullish(),
    subject: words.nullish(),
    rule: words.nullish(),
    severity: severitySchema.nullish(),
    from: instant.nullish(),
    until: instant,
    reason: z.string().max(2000).nullish(),
    by: words.nullish(),
  })
  .strict();

export const silenceSchema = z.object({
  id: z.string(),
  from: instant,
  until: instant,
  pool: z.string().nullable(),
  subject: z.string().nullable(),
  rule: z.string().nullable(),
  severity: severitySchema.nullable(),
  reason: z.string().nullable(),
  by: z.string().nullable(),
});
export type Silence = z.infer<typeof silenceSchema>;
export const silenceListSchema = listOf(silenceSchema);
