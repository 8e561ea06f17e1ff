import { startAlerts, stopAlerts } from "./alerts";
import type { Role } from "./config";
import { startLive, stopLive } from "./live";
import type { Runtime } from "./runtime";
import { startIngestion, stopIngestion } from "./start-ingestion";
import { startSyslog, stopSyslog } from "./syslog";
import { startVerdicts, stopVerdicts } from "./verdicts";
import { startWorker, stopWorker } from "./worker";

/** Something that runs beside the requests, from start-up to shutdown. */
export interface Service {
  name: string;
  /** The process needs this role for it; absent: every process has it. */
  role?: Role;
  start(runtime: Runtime): void | Promise<void>;
  /** Finishes what it has taken in. */
  stop(): void | Promise<void>;
}

const services: Service[] = [
  { name: "live", start: startLive, stop: stopLive },
  { name: "alerts", start: startAlerts, stop: stopAlerts },
  { name: "verdicts", start: startVerdicts, stop: stopVerdicts },
  { name: "ingestion", start: startIngestion, stop: stopIngestion },
  { name: "syslog", role: "ingest", start: startSyslog, stop: stopSyslog },
  { name: "worker", role: "worker", start: startWorker, stop: stopWorker },
];

/** The services of a process with these roles, in the order of their start; they are stopped the other way round. */
export function servicesOf(roles: ReadonlySet<Role>): Service[] {
  return services.filter(({ role }) => role === undefined || roles.has(role));
}
