import { z } from "zod";
import { causeSchema, instant } from "./common";

export const severitySchema = z.enum(["critical", "warning"]);

export const alertStates = ["pending", "firing", "acknowledged", "silenced", "resolved"] as const;
export const alertStateSchema = z.enum(alertStates);

export const alertRuleSchema = z.object({
  id: z.string(),
  name: z.string(),
  value: z.number(),
  peak: z.number(),
});

export const alertSchema = z.object({
  id: z.string(),
  fingerprint: z.string(),
  state: alertStateSchema,
  severity: severitySchema,
  title: z.string(),
  pool: z.string().nullable(),
  /** A class of causes, `storage`, `imbalance`, or a thing: `silent:edge-1`, `clock-offset:web-2`. */
  subject: z.string(),
  cause: causeSchema.nullable(),
  /** When it began to be too much, in log time. */
  since: instant,
  /** When what it tells of began: with the first session affected where it is about sessions, else as `since`. */
  onset: instant,
  firedAt: instant.nullable(),
  resolvedAt: instant.nullable(),
  acknowledgedAt: instant.nullable(),
  acknowledgedBy: z.string().nullable(),
  silencedUntil: instant.nullable(),
  /** Late lines changed what had been told. */
  corrected: z.boolean(),
  /** What of it was corrected last, in a sentence. */
  correction: z.string().nullable().default(null),
  rules: z.array(alertRuleSchema),
  summary: z.string().nullable(),
  affectedSessions: z.number().int().nullable(),
  lostSessions: z.number().int().nullable(),
});
export type Alert = z.infer<typeof alertSchema>;
