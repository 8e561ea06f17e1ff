import { z } from "zod";
import { changeKinds } from "@/lib/domain/facts";

export const changeColumns = "c.id, c.at, c.kind, c.pool, c.node, c.lb, c.title, c.url, c.author";

export const changeRow = z.object({
  id: z.string(),
  at: z.number(),
  kind: z.enum(changeKinds),
  pool: z.number().nullable(),
  node: z.string().nullable(),
  lb: z.number().nullable(),
  title: z.string(),
  url: z.string().nullable(),
  author: z.string().nullable(),
});
export type ChangeRow = z.infer<typeof changeRow>;
