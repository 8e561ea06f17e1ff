/** How long a movement has to rest before the address follows it, ms. */
export const restMs = 250;

let lastMovedAt = Number.NEGATIVE_INFINITY;

/** To be called with each change that the address follows later. */
export function addressFollows(): void {
  lastMovedAt = performance.now();
}

/** Resolves when the address holds what is shown: at once, unless something has only just moved. */
export async function addressAtRest(): Promise<void> {
  // The address is written a moment after the rest is over.
  const left = lastMovedAt + restMs + 100 - performance.now();
  if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
}
