import { z } from "zod";
import { defineQuery } from "./query";

/** What continuity rate is aimed at: a row of the settings. Answers its value as it was written; no row when it was never set. */
export const keptObjectives = defineQuery({
  name: "kept-objectives",
  sql: "SELECT value FROM settings WHERE key = 'objectives'",
  params: z.object({}),
  row: z.object({ value: z.unknown() }),
});

export const keepObjectives = defineQuery({
  name: "keep-objectives",
  sql: `
    INSERT INTO settings (key, value) VALUES ('objectives', $value::jsonb)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value
    RETURNING key`,
  params: z.object({ value: z.string() }),
  row: z.object({ key: z.string() }),
});
