import { z } from "zod";
import { defineQuery, timestampParam } from "../query";

/** Keeps a copy of a timeline for good. */
export const keepSnapshot = defineQuery({
  name: "keep-snapshot",
  sql: `
    INSERT INTO snapshots (id, session, note, content, created_at)
    VALUES ($id, $session::uuid, $note, $content::jsonb, $at::timestamptz)
    RETURNING id`,
  params: z.object({
    id: z.string(),
    session: z.string(),
    note: z.string().nullable(),
    content: z.string(),
    at: timestampParam,
  }),
  row: z.object({ id: z.string() }),
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
