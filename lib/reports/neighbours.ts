import type { Queryable } from "@/lib/store/query";
import type { SessionEventRow } from "@/lib/store/read/session-events";
import { sessionBefore, sessionsAfter } from "@/lib/store/read/session-neighbours";
import type { SessionRequestRow } from "@/lib/store/read/session-requests";

/** The sessions that one followed from and that followed it, as hashes. */
export interface Neighbours {
  before: string | null;
  after: string | null;
}

/**
 * A session follows another when an app's event says so, or when a response to
 * the other's request began it. Of several that followed, the first.
 */
export async function neighboursOf(
  db: Queryable,
  session: string,
  requests: readonly SessionRequestRow[],
  events: readonly SessionEventRow[],
): Promise<Neighbours> {
  const named = events.find((event) => event.previous_session !== null)?.previous_session ?? null;
  const copy = requests.find((request) => request.starts);
  const own = requests.filter((request) => !request.starts);
  const [found, [next]] = await Promise.all([
    named === null && copy ? sessionBefore(db, { session, id: copy.id, at: copy.started_at }) : [],
    sessionsAfter(db, {
      session,
      ids: own.map((request) => request.id),
      from: own[0]?.started_at ?? 0,
      to: own.at(-1)?.started_at ?? 0,
    }),
  ]);
  return { before: named ?? found[0]?.session ?? null, after: next?.session ?? null };
}
