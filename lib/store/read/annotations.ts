import { z } from "zod";
import { defineQuery, timestampParam } from "../query";

const row = z.object({
  id: z.string(),
  at: z.number(),
  text: z.string(),
  author: z.string().nullable(),
  created_at: z.number(),
  edited_at: z.number().nullable(),
});
export type AnnotationRow = z.output<typeof row>;

/** What people wrote in a session, in the order of its time. */
export const sessionAnnotations = defineQuery({
  name: "session-annotations",
  sql: `
    SELECT id, at, text, author, created_at, edited_at FROM annotations
    WHERE session = $session::uuid ORDER BY at, created_at, id`,
  params: z.object({ session: z.string() }),
  row,
});

/** Keeps a note, where the session has fewer than `most`; without an answer it has as many. */
export const addAnnotation = defineQuery({
  name: "add-annotation",
  sql: `
    INSERT INTO annotations (id, session, at, text, author, created_at)
    SELECT $id, $session::uuid, $at::timestamptz, $text, $author, $now::timestamptz
    WHERE (SELECT count(*) FROM annotations WHERE session = $session::uuid) < $most::int
    RETURNING id, at, text, author, created_at, edited_at`,
  params: z.object({
    id: z.string(),
    session: z.string(),
    at: timestampParam,
    text: z.string(),
    author: z.string().nullable(),
    now: timestampParam,
    most: z.number(),
  }),
  row,
});

/** Changes a note of a session; without an answer there is none of this id. */
export const changeAnnotation = defineQuery({
  name: "change-annotation",
  sql: `
    UPDATE annotations
    SET at = $at::timestamptz, text = $text, author = $author, edited_at = $now::timestamptz
    WHERE id = $id AND session = $session::uuid
    RETURNING id, at, text, author, created_at, edited_at`,
  params: z.object({
    id: z.string(),
    session: z.string(),
    at: timestampParam,
    text: z.string(),
    author: z.string().nullable(),
    now: timestampParam,
  }),
  row,
});

/** Takes a note away; without an answer there was none of this id. */
export const removeAnnotation = defineQuery({
  name: "remove-annotation",
  sql: "DELETE FROM annotations WHERE id = $id AND session = $session::uuid RETURNING id",
  params: z.object({ id: z.string(), session: z.string() }),
  row: z.object({ id: z.string() }),
});
