import { z } from "zod";
import { defineQuery, timestampParam } from "../query";

/** Remembers that facts of these pools came in, the earliest from `at` on. */
export const markDirty = defineQuery({
  name: "alert-mark-dirty",
  sql: `
    INSERT INTO alert_clocks AS c (pool, dirty_from)
    SELECT p.id, k.at FROM unnest($pools::text[], $froms::timestamptz[]) AS k (name, at)
    JOIN pools p ON p.name = k.name
    ORDER BY p.id
    ON CONFLICT (pool) DO UPDATE SET dirty_from = least(c.dirty_from, excluded.dirty_from)
    RETURNING pool`,
  params: z.object({ pools: z.array(z.string()), froms: z.array(timestampParam) }),
  row: z.object({ pool: z.number() }),
});

/** How far each pool was looked at, and from when on it is to be looked at again. */
export const alertClocks = defineQuery({
  name: "alert-clocks",
  sql: "SELECT pool, looked_to, dirty_from FROM alert_clocks",
  params: z.object({}),
  row: z.object({
    pool: z.number(),
    looked_to: z.number().nullable(),
    dirty_from: z.number().nullable(),
  }),
});

/** Notes that pools were looked at; marks that came since are left. */
export const markLooked = defineQuery({
  name: "alert-mark-looked",
  sql: `
    INSERT INTO alert_clocks AS c (pool, looked_to)
    SELECT k.pool, k.clock
    FROM unnest($pools::int[], $clocks::timestamptz[], $dirty::timestamptz[]) AS k (pool, clock, dirty)
    ORDER BY k.pool
    ON CONFLICT (pool) DO UPDATE SET looked_to = excluded.looked_to,
      dirty_from = CASE
        WHEN c.dirty_from = (
          SELECT k.dirty FROM unnest($pools::int[], $dirty::timestamptz[]) AS k (pool, dirty)
          WHERE k.pool = c.pool) THEN NULL
        ELSE c.dirty_from END
    RETURNING pool`,
  params: z.object({
    pools: z.array(z.number()),
    clocks: z.array(timestampParam),
    dirty: z.array(timestampParam.nullable()),
  }),
  row: z.object({ pool: z.number() }),
});
