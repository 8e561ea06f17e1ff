import { z } from "zod";
import { affinityMethods, changeKinds } from "@/lib/domain/facts";
import { logFields } from "@/lib/domain/pool-context";
import { causeSchema, instant } from "./common";

export const rejectedLineSchema = z.object({
  line: z.number().int().positive(),
  reason: z.string(),
  text: z.string(),
});

/** What became of a batch: 200 once all of it is on disk. `errors` lists the first 100. */
export const receiptSchema = z.object({
  accepted: z.number().int(),
  duplicates: z.number().int(),
  rejected: z.number().int(),
  errors: z.array(rejectedLineSchema),
});
export type Receipt = z.infer<typeof receiptSchema>;

export const changeInputSchema = z.object({
  at: instant,
  kind: z.enum(changeKinds),
  pool: z.string().min(1).nullish(),
  node: z.string().min(1).nullish(),
  lb: z.string().min(1).nullish(),
  title: z.string().min(1).max(500),
  url: z.url().nullish(),
  author: z.string().max(200).nullish(),
});
export type ChangeInput = z.infer<typeof changeInputSchema>;

export const sessionRuleSchema = z
  .object({
    cookie: z.string().optional(),
    header: z.string().optional(),
    query: z.string().optional(),
    capture: z.string().optional(),
  })
  .strict();

export const sourceInputSchema = z
  .object({
    format: z.string().min(1).default("auto"),
    formatString: z.string().max(20_000).nullish(),
    lb: z.string().min(1).max(200).nullish(),
    pool: z.string().min(1).max(200).nullish(),
    timezone: z.string().max(100).nullish(),
    session: sessionRuleSchema.nullish(),
    correlation: z
      .object({ header: z.string().optional(), field: z.string().optional() })
      .strict()
      .nullish(),
    affinity: z
      .object({
        method: z.enum(affinityMethods),
        cookie: z.string().optional(),
        idleSeconds: z.number().positive().optional(),
        lifeSeconds: z.number().positive().optional(),
      })
      .strict()
      .nullish(),
    nodes: z
      .array(z.object({ name: z.string().min(1), addresses: z.array(z.string().min(1)) }).strict())
      .nullish(),
  })
  .strict();
export type SourceInput = z.infer<typeof sourceInputSchema>;

export const sourceSchema = sourceInputSchema.extend({
  name: z.string(),
  demo: z.boolean(),
  createdAt: instant,
  updatedAt: instant,
});
export type Source = z.infer<typeof sourceSchema>;

/** A source with what it sent lately. */
export const sourceStatusSchema = sourceSchema.extend({
  accepted: z.number().int(),
  duplicates: z.number().int(),
  rejected: z.number().int(),
  lastAt: instant.nullable(),
  /** What its log can prove, by the fields of its recent requests; null where it sent none lately. */
  completeness: z
    .object({
      /** Causes it can prove, over all causes, 0 to 1. */
      score: z.number(),
      proves: z.array(causeSchema),
      missing: z.array(
        z.object({
          field: z.enum(logFields),
          causes: z.array(causeSchema),
          /** What to add to the balancer's configuration, or why nothing helps. */
          directive: z.string(),
        }),
      ),
    })
    .nullable(),
  /** The affinity that its lines show, held against what is declared for it. */
  found: z.array(
    z.object({
      pool: z.string(),
      lb: z.string(),
      method: z.enum(affinityMethods),
      confidence: z.number(),
      mismatch: z.string().nullable(),
    }),
  ),
});
export type SourceCompleteness = NonNullable<z.infer<typeof sourceStatusSchema>["completeness"]>;
export type SourceStatus = z.infer<typeof sourceStatusSchema>;

export const sourceNameSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
    "letters, digits, dot, dash and underscore; at most 100",
  );

export const parseInputSchema = z.object({
  format: z.string().nullish(),
  formatString: z.string().max(20_000).nullish(),
  timezone: z.string().nullish(),
  lines: z.array(z.string().max(1_048_576)).min(1).max(1000),
});

export const parsedRequestSchema = z.object({
  startedAt: instant,
  endedAt: instant.nullable(),
  durationMs: z.number().nullable(),
  lb: z.string().nullable(),
  listener: z.string().nullable(),
  pool: z.string().nullable(),
  node: z.string().nullable(),
  attempts: z.array(
    z.object({
      node: z.string(),
      status: z.number().nullable(),
      durationMs: z.number().nullable(),
    }),
  ),
  client: z.object({ ip: z.string().nullable(), port: z.number().nullable() }),
  method: z.string().nullable(),
  host: z.string().nullable(),
  path: z.string().nullable(),
  query: z.string().nullable(),
  protocol: z.string().nullable(),
  status: z.number().nullable(),
  backendStatus: z.number().nullable(),
  bytesIn: z.number().nullable(),
  bytesOut: z.number().nullable(),
  userAgent: z.string().nullable(),
  tls: z.object({ protocol: z.string().nullable(), cipher: z.string().nullable() }),
  correlationIds: z.array(z.string()),
  cookies: z.record(z.string(), z.string()),
  persistence: z.object({
    presented: z.string().nullable(),
    inserted: z.string().nullable(),
    state: z.string().nullable(),
  }),
  termination: z.string().nullable(),
  retries: z.number().nullable(),
  redispatched: z.boolean().nullable(),
  upgrade: z.boolean().nullable(),
});
export type ParsedRequest = z.infer<typeof parsedRequestSchema>;

export const parsedChangeSchema = changeInputSchema;

export const parseOutputSchema = z.object({
  format: z.string().nullable(),
  results: z.array(
    z.object({
      ok: z.boolean(),
      request: parsedRequestSchema.optional(),
      change: parsedChangeSchema.optional(),
      error: z.string().optional(),
    }),
  ),
});
export type ParseOutput = z.infer<typeof parseOutputSchema>;
