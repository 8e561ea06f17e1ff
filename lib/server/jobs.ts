import { analyseFresh } from "@/lib/store/analyse";
import { packClosedDays } from "@/lib/store/pack";
import { dropExpired, ensurePartitions } from "@/lib/store/partitions";
import { knowNewRows, reuseSpace } from "@/lib/store/reuse";
import { thinHealthy } from "@/lib/store/thin";
import { allLocks } from "@/lib/store/write/locks";
import { counter } from "./metrics";
import type { Runtime } from "./runtime";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const freshMs = 15_000;
const roomMs = 1_000;

/** Once: partitions for yesterday to the day after tomorrow, and out with what is past its retention, the healthy sessions' facts sooner; what stays of days that are over is packed. */
export async function keepHouse(runtime: Runtime, now: number): Promise<void> {
  const { pool, config, log } = runtime;
  await ensurePartitions(pool, now - dayMs, now + 2 * dayMs, now);
  const dropped = await dropExpired(
    pool,
    { factDays: config.retentionDays, resultDays: config.resultRetentionDays },
    now,
  );
  if (dropped.partitions.length > 0 || dropped.rows > 0)
    log.info(dropped, "dropped what is older than the retention");
  if (config.healthyRetentionDays < config.retentionDays) await thin(runtime, now);
  const packed = await packClosedDays(pool, now);
  if (packed.length > 0) log.info({ partitions: packed }, "packed the keys of days that are over");
}

async function thin({ pool, config, log }: Runtime, now: number): Promise<void> {
  const thinned = await thinHealthy(pool, config.healthyRetentionDays, now, allLocks);
  if (thinned.facts > 0)
    log.info(thinned, "dropped older facts of sessions to which nothing happened");
}

/**
 * Keeps house now and every hour, and has the database look at tables that just grew every 15 s; answers how to stop. A
 * run that fails is logged and tried again the next time.
 */
export function startJobs(runtime: Runtime): () => Promise<void> {
  const stops = [
    repeat(runtime, "keeping house", hourMs, () => keepHouse(runtime, Date.now())),
    repeat(runtime, "analysing tables that grew", freshMs, () => analyseFresh(runtime.pool)),
    repeat(runtime, "making room free", roomMs, () => reuseSpace(runtime.pool)),
    repeat(runtime, "knowing new rows", roomMs, () => knowNewRows(runtime.pool)),
  ];
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}

/** Does something now and again and again, never twice at once; answers how to stop. */
function repeat(
  { log }: Runtime,
  what: string,
  everyMs: number,
  job: () => Promise<unknown>,
): () => Promise<void> {
  let running: Promise<void> | null = null;
  const start = () => {
    running ??= job()
      .then(
        () => undefined,
        (error: unknown) => {
          counter({
            name: "hopwatch_job_failures_total",
            help: "Background jobs that failed",
          }).inc();
          log.error({ err: error }, `${what} failed`);
        },
      )
      .finally(() => {
        running = null;
      });
  };
  start();
  const timer = setInterval(start, everyMs);
  return async () => {
    clearInterval(timer);
    await running;
  };
}
