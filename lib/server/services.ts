import { startAlerts, stopAlerts } from "./alerts";
import { startBuckets, stopBuckets } from "./buckets";
import { startIngestion, stopIngestion } from "./ingestion";
import { startLive, stopLive } from "./live";
import type { Runtime } from "./runtime";
import { startSyslog, stopSyslog } from "./syslog";

/** Something that runs beside the requests, from start-up to shutdown. */
export interface Service {
  name: string;
  start(runtime: Runtime): void | Promise<void>;
  /** Finishes what it has taken in. */
  stop(): void | Promise<void>;
}

/** In the order of their start; they are stopped the other way round. */
export const services: Service[] = [
  { name: "live", start: startLive, stop: stopLive },
  { name: "alerts", start: startAlerts, stop: stopAlerts },
  { name: "ingestion", start: startIngestion, stop: stopIngestion },
  { name: "syslog", start: startSyslog, stop: stopSyslog },
  { name: "buckets", start: startBuckets, stop: stopBuckets },
];
