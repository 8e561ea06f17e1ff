import { randomBytes } from "node:crypto";
import type { z } from "zod";
import { Problem } from "@/lib/domain/problem";
import { asUuid } from "@/lib/domain/session-key";
import {
  type Snapshot,
  type snapshotInputSchema,
  timelineQuery,
  timelineSchema,
} from "@/lib/schemas/results";
import type { Queryable } from "@/lib/store/query";
import { keepSnapshot, snapshotById } from "@/lib/store/read/snapshots";
import { iso } from "@/lib/view/range";
import { timeline } from "./timeline";

/**
 * Keeps a copy of a session's timeline as it is now, for good.
 * @throws {Problem} 404 when no such session is known.
 */
export async function takeSnapshot(
  db: Queryable,
  wanted: z.output<typeof snapshotInputSchema>,
  now: number,
): Promise<Snapshot> {
  const { sessionId, from, to } = wanted;
  const note = wanted.note?.trim() || null;
  const told = await timeline(db, sessionId, timelineQuery.parse({ from, to }), now);
  // 80 random bits: a link that nobody finds by guessing, short enough to read out.
  const id = randomBytes(10).toString("hex");
  await keepSnapshot(db, {
    id,
    session: asUuid(told.session.id.padEnd(32, "0")),
    note,
    content: JSON.stringify(told),
    at: now,
  });
  return { id, createdAt: iso(now), note, path: `/s/${id}`, timeline: told };
}

/**
 * A kept timeline, as it was when it was taken.
 * @throws {Problem} 404 when there is none of this id.
 */
export async function snapshot(db: Queryable, id: string): Promise<Snapshot> {
  const [found] = await snapshotById(db, { id });
  if (!found) throw new Problem(404, "Snapshot not found", "No snapshot has this id");
  return {
    id: found.id,
    createdAt: iso(found.created_at),
    note: found.note,
    path: `/s/${found.id}`,
    timeline: timelineSchema.parse(found.content),
  };
}
