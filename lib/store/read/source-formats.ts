import { z } from "zod";
import { defineQuery } from "../query";

/** Every source with the format of its log, and the balancer and pool that it speaks for. */
export const sourceFormats = defineQuery({
  name: "source-formats",
  sql: "SELECT name, lb, pool, format FROM sources ORDER BY id",
  params: z.object({}),
  row: z.object({
    name: z.string(),
    lb: z.string().nullable(),
    pool: z.string().nullable(),
    format: z.string(),
  }),
});
