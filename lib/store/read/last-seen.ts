/*
 * The indexes of sessions hold the quarter of an hour in which each was last seen, not the moment: that would change with
 * every request, and each change leave an entry behind in all of them.
 */

const stepOf = (at: string) => `date_bin('15 minutes', ${at}, timestamptz 'epoch')`;

/** SQL: that a session was seen at a moment (a `timestamptz`) or later; by an index from there on. */
export function seenSince(at: string, sessions = "s"): string {
  return `${mayBeSeenSince(at, sessions)} AND ${sessions}.last_seen >= ${at}`;
}

/** The same by the index alone: those are among them that were last seen up to a quarter of an hour before. */
export function mayBeSeenSince(at: string, sessions = "s"): string {
  return `${sessions}.last_step >= ${stepOf(at)}`;
}

/** SQL: that a session was last seen at a moment or before. */
export function lastSeenBy(at: string): string {
  return `s.last_step <= ${stepOf(at)} AND s.last_seen <= ${at}`;
}

/** SQL: by the time last seen, the latest first, as the indexes have it: in steps, each sorted by itself. */
export const latestFirst = "s.last_step DESC, s.last_seen DESC";
