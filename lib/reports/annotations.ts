import { randomBytes } from "node:crypto";
import type { z } from "zod";
import { Problem } from "@/lib/domain/problem";
import type { Annotation, annotationInputSchema } from "@/lib/schemas/results";
import type { Queryable } from "@/lib/store/query";
import {
  type AnnotationRow,
  addAnnotation,
  changeAnnotation,
  removeAnnotation,
} from "@/lib/store/read/annotations";
import { sessionsBetween } from "@/lib/store/read/sessions-between";
import { iso } from "@/lib/view/range";
import { Names } from "./names";
import { hashesOf } from "./session-id";

/** A session holds so many notes at most: each is a mark on its timeline. */
const most = 200;

type Input = z.output<typeof annotationInputSchema>;

/** A note as it is told, and the pools whose open pages show it. */
export interface Annotated {
  annotation: Annotation;
  pools: string[];
}

export function annotationOf(row: AnnotationRow): Annotation {
  return {
    id: row.id,
    at: iso(row.at),
    text: row.text,
    author: row.author,
    createdAt: iso(row.created_at),
    editedAt: row.edited_at === null ? null : iso(row.edited_at),
  };
}

/**
 * Writes a note at a moment of a session.
 * @throws {Problem} 404 when no such session is known; 409 when it has as many notes as it may.
 */
export async function annotate(
  db: Queryable,
  sessionId: string,
  input: Input,
  now: number,
): Promise<Annotated> {
  const { session, pools } = await sessionNamed(db, sessionId);
  const id = randomBytes(8).toString("hex");
  const [row] = await addAnnotation(db, { ...written(input), id, session, now, most });
  if (!row) throw new Problem(409, "Too many notes", `A session holds ${most} notes`);
  return { annotation: annotationOf(row), pools };
}

/** @throws {Problem} 404 when there is no such session, or no such note in it. */
export async function reannotate(
  db: Queryable,
  sessionId: string,
  id: string,
  input: Input,
  now: number,
): Promise<Annotated> {
  const { session, pools } = await sessionNamed(db, sessionId);
  const [row] = await changeAnnotation(db, { ...written(input), id, session, now });
  if (!row) throw unknownNote();
  return { annotation: annotationOf(row), pools };
}

/**
 * Takes a note away; answers the pools whose open pages show it.
 * @throws {Problem} 404 when there is no such session, or no such note in it.
 */
export async function unannotate(db: Queryable, sessionId: string, id: string): Promise<string[]> {
  const { session, pools } = await sessionNamed(db, sessionId);
  const [row] = await removeAnnotation(db, { id, session });
  if (!row) throw unknownNote();
  return pools;
}

function written({ at, text, author }: Input) {
  return { at: Date.parse(at), text: text.trim(), author: author?.trim() || null };
}

function unknownNote(): Problem {
  return new Problem(404, "Note not found", "The session has no note of this id");
}

async function sessionNamed(db: Queryable, id: string) {
  const hashes = hashesOf(id);
  const rows = hashes === null ? [] : await sessionsBetween(db, hashes);
  const [first] = rows;
  if (!first) throw new Problem(404, "Session not found", "No such session is known");
  const names = await Names.read(db);
  const pools = rows.filter((row) => row.session === first.session).map((row) => row.pool);
  return { session: first.session, pools: [...new Set(pools)].map((pool) => names.pool(pool)) };
}
