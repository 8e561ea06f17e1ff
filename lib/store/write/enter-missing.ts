export interface Entering<T> {
  /** Whether its id was found. */
  has(one: T): boolean;
  /** Asks for the ids of those that are stored. */
  find(some: readonly T[]): Promise<unknown>;
  /** Stores them; another process may have been faster. */
  enter(some: readonly T[]): Promise<unknown>;
}

/**
 * Finds the ids of what is stored and stores the rest, in their order. Not in
 * one statement: a cluster numbers only rows that are made of none of its own
 * tables. And those that are there already use up no numbers.
 */
export async function enterMissing<T>(wanted: readonly T[], by: Entering<T>): Promise<void> {
  await by.find(wanted);
  const missing = wanted.filter((one) => !by.has(one));
  if (missing.length === 0) return;
  await by.enter(missing);
  await by.find(missing);
}
