import { setTimeout as wait } from "node:timers/promises";

/** Time as the command knows it, so that tests can hold it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Returns early when the command is to end. */
  sleep(ms: number, until: AbortSignal): Promise<void>;
}

export const realClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, until) => {
    try {
      await wait(ms, undefined, { signal: until });
    } catch (error) {
      if (!until.aborted) throw error;
    }
  },
};
