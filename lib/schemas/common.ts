import { z } from "zod";
import { causeClasses } from "@/lib/domain/cause-about";
import { causes } from "@/lib/domain/causes";

/** RFC 3339 UTC. */
export const instant = z.iso.datetime({ offset: true });

export const causeSchema = z.enum(causes);
export const classSchema = z.enum(causeClasses);

export const evidenceSchema = z.object({
  field: z.string(),
  value: z.string(),
  meaning: z.string(),
});

/** A key figure beside that of the period of the same length before; null where there is nothing to reckon from. */
export const figureSchema = z.object({
  value: z.number().nullable(),
  previous: z.number().nullable(),
});

export function listOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** RFC 9457. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().optional(),
  instance: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof problemSchema>;

/** The query parameters that every ranged question takes; times as in Grafana (`now-1h`) or RFC 3339 or epoch ms. */
export const rangeQuery = z.object({
  from: z.string().default("now-1h"),
  to: z.string().default("now"),
});

export const poolRangeQuery = rangeQuery.extend({ pool: z.string().optional() });

export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().optional(),
});

/** `true`, `1` and an empty value are true. */
export const flag = z
  .enum(["true", "false", "1", "0", ""])
  .transform((value) => value === "true" || value === "1" || value === "");
