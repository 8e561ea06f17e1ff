import { z } from "zod";
import { causeClasses } from "@/lib/domain/cause-about";
import { causes } from "@/lib/domain/causes";

/** How a verdict stands in the tables of bounces and losses. */
export const causeColumn = z.enum(causes);
export const classColumn = z.enum(causeClasses);
export const evidenceColumn = z.array(
  z.object({ field: z.string(), value: z.string(), meaning: z.string() }),
);
