import { z } from "zod";
import { affinityMethods } from "@/lib/domain/facts";
import { defineQuery } from "../query";

/** What sources declare of their logs, by name. A small table, read whole. */
export const declarations = defineQuery({
  name: "declarations",
  sql: "SELECT id, name, format, lb, pool, affinity, nodes FROM sources ORDER BY name",
  params: z.object({}),
  row: z.object({
    id: z.number(),
    name: z.string(),
    format: z.string(),
    lb: z.string().nullable(),
    pool: z.string().nullable(),
    affinity: z
      .object({
        method: z.enum(affinityMethods),
        cookie: z.string().nullish(),
        idleSeconds: z.number().nullish(),
        lifeSeconds: z.number().nullish(),
      })
      .nullable(),
    nodes: z.array(z.object({ name: z.string(), addresses: z.array(z.string()) })).nullable(),
  }),
});
