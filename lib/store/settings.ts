import { z } from "zod";
import { defineQuery } from "./query";

/** A row of the settings. Answers its value as it was written; no row when it was never set. */
export const keptSetting = defineQuery({
  name: "kept-setting",
  sql: "SELECT value FROM settings WHERE key = $key",
  params: z.object({ key: z.string() }),
  row: z.object({ value: z.unknown() }),
});

/** Sets it; `value` is JSON. */
export const keepSetting = defineQuery({
  name: "keep-setting",
  sql: `
    INSERT INTO settings (key, value) VALUES ($key, $value::jsonb)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value
    RETURNING key`,
  params: z.object({ key: z.string(), value: z.string() }),
  row: z.object({ key: z.string() }),
});
