/** The next moment at which a step of a scenario is due; scenarios run in real time. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Waits until `state` holds.
 * @throws {Error} naming `what` when it does not within `limitMs`.
 */
export async function until(
  what: string,
  state: () => boolean | Promise<boolean>,
  limitMs = 10_000,
): Promise<void> {
  const limit = performance.now() + limitMs;
  while (!(await state())) {
    if (performance.now() > limit) throw new Error(`waited ${limitMs} ms in vain until ${what}`);
    await pause(10);
  }
}
