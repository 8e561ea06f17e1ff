/*
 * Advisory locks (transaction level) that keep processes on one database out of each other's way. Who takes several takes
 * them in this order.
 */

/** Held while sessions are judged: two that judged the same session would each write what the other does not know of. */
export const settleLock = 4_673_925_011;

/** Held by whoever changes sessions' rows, or what is found of them, or takes what waits for them. */
export const sessionLock = 4_673_925_012;

/** Held by whoever writes facts: what was looked up stays true until the commit. */
export const writeLock = 4_673_925_010;

/** All of them, for what changes everything. */
export const allLocks = [settleLock, sessionLock, writeLock] as const;

/** The statement that waits for some of them. */
export function waitForLocks(locks: readonly number[]): string {
  return locks.map((lock) => `SELECT pg_advisory_xact_lock(${lock})`).join("; ");
}
