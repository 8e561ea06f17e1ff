import { inject } from "vitest";

/** How long a test may take, in ms: longer on a cluster, where every statement asks several machines. */
export function patience(ms: number): number {
  return inject("testServer").isCluster ? 10 * ms : ms;
}
