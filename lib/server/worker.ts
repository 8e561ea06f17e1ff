import pg from "pg";
import { startBuckets, stopBuckets } from "./buckets";
import { startJobs } from "./jobs";
import { Leadership } from "./leader";
import { gauge } from "./metrics";
import { startReviews } from "./reviews";
import type { Runtime } from "./runtime";
import { startJudging } from "./verdicts";

const leaderLock = 4_673_925_020;
const everyMs = 5000;

let leadership: Leadership | null = null;

/** Keeps house, reads buckets, judges changes and tells weekly reviews, if no other worker on this database does; else waits to take over. */
export async function startWorker(runtime: Runtime): Promise<void> {
  const leading = gauge({ name: "hopwatch_leader", help: "1 where the jobs of all run" });
  leading.set(0);
  leadership = new Leadership({
    lock: leaderLock,
    everyMs,
    connect: async () => {
      const client = new pg.Client({
        ...runtime.pool.options,
        application_name: "hopwatch leader",
      });
      await client.connect();
      return client;
    },
    lead: () => {
      leading.set(1);
      const stopJobs = startJobs(runtime);
      startBuckets(runtime);
      const stopJudging = startJudging(runtime);
      const stopReviews = startReviews(runtime);
      return async () => {
        leading.set(0);
        await stopReviews();
        await stopJudging();
        await stopBuckets();
        await stopJobs();
      };
    },
    warn: (message, error) => runtime.log.warn({ err: error }, message),
  });
  await leadership.start();
}

export async function stopWorker(): Promise<void> {
  await leadership?.stop();
  leadership = null;
}
