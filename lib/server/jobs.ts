import { packClosedDays } from "@/lib/store/pack";
import { dropExpired, ensurePartitions } from "@/lib/store/partitions";
import { thinHealthy } from "@/lib/store/thin";
import { settleLock, writeLock } from "@/lib/store/write/locks";
import { counter } from "./metrics";
import type { Runtime } from "./runtime";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

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
  const thinned = await thinHealthy(pool, config.healthyRetentionDays, now, [
    settleLock,
    writeLock,
  ]);
  if (thinned.facts > 0)
    log.info(thinned, "dropped older facts of sessions to which nothing happened");
}

/** Keeps house now and every hour; answers how to stop. A run that fails is logged and tried again an hour later. */
export function startJobs(runtime: Runtime): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  const start = () => {
    running = keepHouse(runtime, Date.now()).catch((error: unknown) => {
      counter({ name: "hopwatch_job_failures_total", help: "Background jobs that failed" }).inc();
      runtime.log.error({ err: error }, "keeping house failed");
    });
  };
  start();
  const timer = setInterval(start, hourMs);
  return () => {
    clearInterval(timer);
    return running;
  };
}
