import { z } from "zod";
import { defineQuery } from "../query";

/** Every pool's name; 0 is the unknown one. */
export const poolNames = defineQuery({
  name: "pool-names",
  sql: "SELECT id, name FROM pools ORDER BY id",
  params: z.object({}),
  row: z.object({ id: z.number(), name: z.string() }),
});

/** Every load balancer's name; 0 is the unknown one. */
export const lbNames = defineQuery({
  name: "lb-names",
  sql: "SELECT id, name FROM lbs ORDER BY id",
  params: z.object({}),
  row: z.object({ id: z.number(), name: z.string() }),
});

/** Every name of every node, by first sight, and whose other name it is. */
export const nodeNames = defineQuery({
  name: "node-names",
  sql: "SELECT id, pool, name, canonical, canonical_by FROM nodes ORDER BY id",
  params: z.object({}),
  row: z.object({
    id: z.number(),
    pool: z.number(),
    name: z.string(),
    canonical: z.number().nullable(),
    canonical_by: z.string().nullable(),
  }),
});
