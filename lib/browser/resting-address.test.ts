import { defaultRateLimit } from "nuqs";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { addressAtRest, addressFollows, restMs } from "./resting-address";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Whether the address is taken to be at rest so long after it was asked for. */
async function restsAfter(ms: number): Promise<boolean> {
  let rests = false;
  const rest = addressAtRest().then(() => {
    rests = true;
  });
  await vi.advanceTimersByTimeAsync(ms);
  const then = rests;
  await vi.runAllTimersAsync();
  await rest;
  return then;
}

it("waits for what was chosen just now, which is written no sooner than the browser allows", async () => {
  expect(await restsAfter(defaultRateLimit.timeMs)).toBe(false);
  expect(await restsAfter(defaultRateLimit.timeMs + 100)).toBe(true);
});

it("waits for what moved just now to rest", async () => {
  addressFollows();
  expect(await restsAfter(restMs)).toBe(false);
  addressFollows();
  expect(await restsAfter(restMs + 200)).toBe(true);
});
