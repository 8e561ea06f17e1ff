/**
 * Shares of all sessions that can stand for the whole: those whose hashes come
 * first, which says nothing else of them. Each has indexes of its own.
 */
export const shares = [1, 4, 32, 256] as const;
export type Share = (typeof shares)[number];

/** The hash before which this part of all sessions lies. */
export function firstHashes(part: number): string {
  const head = Math.floor(part * 2 ** 32);
  return `${head.toString(16).padStart(8, "0")}-0000-0000-0000-000000000000`;
}

/** SQL: that a session is one of the share. */
export function chosen(share: Share | SessionShare, session: string): string {
  return share === 1 ? "" : `AND ${session} < '${firstHashes(1 / share)}'::uuid`;
}

/** The name of a question about a share of the sessions. */
export function nameOfShare(name: string, share: Share): string {
  return share === 1 ? name : `${name}-of-${share}`;
}

/** One question for each share. */
export function perShare<Query>(make: (share: Share) => Query): Record<Share, Query> {
  return { 1: make(1), 4: make(4), 32: make(32), 256: make(256) };
}

/** The largest share of so many bounces that holds no more than `most`. */
export function shareFor(bounces: number, most: number): Share {
  return shares.find((share) => bounces / share <= most) ?? 256;
}

/** The same for sessions, of which few stand for many. */
export const sessionShares = [1, 32, 1024] as const;
export type SessionShare = (typeof sessionShares)[number];

/** The largest share of so many sessions that holds no more than `most`. */
export function sessionShareFor(sessions: number, most: number): SessionShare {
  return sessionShares.find((share) => sessions / share <= most) ?? 1024;
}
