import { AsyncLocalStorage } from "node:async_hooks";

/** What the answers of one reading are kept under; they go when it does. */
export type Reading = object;

const readings = new AsyncLocalStorage<{ goingOn: Reading | null }>();

/**
 * Within `read`, questions that are asked again in the same words with the same values get the answer of the first: a
 * page of eight reports asks for its nodes' names once. For reading alone; what is written meanwhile may not be seen.
 */
export async function oneReading<T>(read: () => Promise<T>): Promise<T> {
  // Promises and sockets that began within remember where they did for as long as they live; the answers end here.
  const reading: { goingOn: Reading | null } = { goingOn: {} };
  try {
    return await readings.run(reading, read);
  } finally {
    reading.goingOn = null;
  }
}

/** The reading that goes on here, if one does. */
export function currentReading(): Reading | null {
  return readings.getStore()?.goingOn ?? null;
}
