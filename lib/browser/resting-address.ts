import { defaultRateLimit } from "nuqs";

/** How long a movement has to rest before the address follows it, ms. */
export const restMs = 250;

let lastMovedAt = Number.NEGATIVE_INFINITY;

/** To be called with each change that the address follows later. */
export function addressFollows(): void {
  lastMovedAt = performance.now();
}

/** Resolves when the address holds what is shown: after a moment, and after a rest where something has only just moved. */
export async function addressAtRest(): Promise<void> {
  // What was chosen just now is written no sooner than the browser allows, what moved a moment after its rest is over.
  const untilRested = lastMovedAt + restMs + 100 - performance.now();
  const left = Math.max(defaultRateLimit.timeMs + 50, untilRested);
  await new Promise((resolve) => setTimeout(resolve, left));
}
