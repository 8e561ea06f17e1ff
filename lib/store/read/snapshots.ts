import { z } from "zod";
import { defineQuery } from "../query";

/** Keeps a copy of a timeline for good. */
export const keepSnapshot = defineQuery({
  name: "keep-snapshot",
  sql: `
    INSERT INTO snapshots (id, session, note, content, created_at)
    VALUES ($id, $session::uuid, $note, $content::jsonb, to_timestamp($now::float8 / 1000))
    RETURNING created_at`,
  params: z.object({
    id: z.string(),
    session: z.string(),
    note: z.string().nullable(),
    content: z.string(),
    now: z.number(),
  }),
  row: z.object({ created_at: z.number() }),
});

/** The snapshot of this id. */
export const snapshotById = defineQuery({
  name: "snapshot-by-id",
  sql: "SELECT id, note, content, created_at FROM snapshots WHERE id = $id",
  params: z.object({ id: z.string() }),
  row: z.object({
    id: z.string(),
    note: z.string().nullable(),
    content: z.unknown(),
    created_at: z.number(),
  }),
});
