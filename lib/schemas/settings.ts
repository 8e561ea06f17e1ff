import { z } from "zod";
import { storageParts } from "@/lib/domain/storage-parts";
import { instant } from "./common";

/** A key that may send facts. The key itself is not kept, only its hash. */
export const ingestKeySchema = z.object({
  id: z.number().int(),
  name: z.string(),
  /** The key's last four characters. */
  hint: z.string(),
  createdAt: instant,
  /** Given at start: by the environment, or by the data folder. */
  given: z.boolean(),
});
export type IngestKey = z.infer<typeof ingestKeySchema>;

export const ingestKeyInputSchema = z.object({ name: z.string().trim().min(1).max(100) }).strict();

/** A new key; nobody is told it again. */
export const newIngestKeySchema = ingestKeySchema.extend({ key: z.string() });
export type NewIngestKey = z.infer<typeof newIngestKeySchema>;

/** How this installation is set up, without any secret; sizes in bytes, null where the database lies on a cluster. */
export const settingsSchema = z.object({
  version: z.string(),
  node: z.string(),
  database: z.object({ version: z.string(), own: z.boolean() }),
  roles: z.array(z.string()),
  publicUrl: z.string().nullable(),
  syslogPort: z.number().int().nullable(),
  maxBodyBytes: z.number(),
  linkPreviews: z.enum(["public", "login"]),
  rulesFile: z.string(),
  runbooks: z.string().nullable(),
  retention: z.object({
    days: z.number().int(),
    healthyDays: z.number().int(),
    resultDays: z.number().int(),
  }),
  storage: z
    .array(z.object({ part: z.enum(storageParts), bytes: z.number(), indexBytes: z.number() }))
    .nullable(),
});
export type Settings = z.infer<typeof settingsSchema>;
