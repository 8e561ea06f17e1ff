import type { Queryable } from "@/lib/store/query";
import { type SessionRequestRow, sessionRequests } from "@/lib/store/read/session-requests";
import type { AbsoluteRange } from "@/lib/view/time-range";

/** A session of so many times the requests that are asked for is read in pieces. */
const manyTimes = 4;
/** The finest step of time that is stored, in ms. */
const instantMs = 0.001;

/**
 * The first requests of a session in a time, in their order. The key finds a session's requests whatever their time, so
 * all of them would be read and sorted for the first few of a very long session: of such, time is read piece by piece,
 * as long as holds about twice as many as are wanted, and longer ones where there was little.
 *
 * @param told how many requests the session has in all, in `life`.
 */
export async function firstRequests(
  db: Queryable,
  session: string,
  span: AbsoluteRange,
  limit: number,
  told: { requests: number; life: AbsoluteRange },
): Promise<SessionRequestRow[]> {
  if (told.requests <= limit * manyTimes) return sessionRequests(db, { session, ...span, limit });
  const { from, to } = told.life;
  let length = Math.max(1, ((to - from) * 2 * limit) / told.requests);
  const found: SessionRequestRow[] = [];
  for (let start = span.from; start <= span.to && found.length < limit; length *= 2) {
    const end = Math.min(span.to, Math.ceil(start + length));
    const left = limit - found.length;
    found.push(...(await sessionRequests(db, { session, from: start, to: end, limit: left })));
    start = end + instantMs;
  }
  return found;
}
