import { z } from "zod";
import { alertSchema } from "@/lib/schemas/alert";
import { alertContentSchema } from "@/lib/schemas/alerts";

/** What a word that waits in the outbox says. */
export const payloadSchema = z.object({
  at: z.string(),
  alert: alertSchema,
  content: alertContentSchema.nullable(),
  /** What the channel was told of the alert when it began: some receivers know it by that. */
  first: alertSchema.pick({ title: true, severity: true, subject: true }).nullable().default(null),
});

export type First = z.infer<typeof payloadSchema>["first"];
