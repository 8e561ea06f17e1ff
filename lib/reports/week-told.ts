import { dayMs, type Week } from "@/lib/domain/weeks";
import type { Queryable } from "@/lib/store/query";
import { loadByNode } from "@/lib/store/read/load-by-node";
import { lossRecovery } from "@/lib/store/read/loss-recovery";
import { windowAffected } from "@/lib/store/read/window-affected";
import { windowCauses } from "@/lib/store/read/window-causes";
import { windowLatency } from "@/lib/store/read/window-latency";
import { windowLosses } from "@/lib/store/read/window-losses";
import { windowSessions } from "@/lib/store/read/window-sessions";
import type { Names } from "./names";
import type { ToldWindow } from "./window-figures";

/** What the database tells of a week. */
export interface ToldWeek {
  told: ToldWindow;
  losses: Awaited<ReturnType<typeof windowLosses>>;
  recovery: Awaited<ReturnType<typeof lossRecovery>>;
  latency: Awaited<ReturnType<typeof windowLatency>>;
}

export async function tellWeek(
  db: Queryable,
  names: Names,
  pools: number[],
  { from, to }: Week,
): Promise<ToldWeek> {
  const range = { from, to };
  const { pools: ofPools, nodes } = names.keys(pools, "with none");
  const keys = { pools: ofPools, nodes };
  const [sessions, affected, causes, load, losses, recovery, latency] = await Promise.all([
    windowSessions(db, { pools, ...range }),
    windowAffected(db, { pools, ...range, step: dayMs }),
    windowCauses(db, { pools, ...range }),
    loadByNode(db, { ...keys, ...range, step: dayMs }),
    windowLosses(db, { pools, ...range }),
    lossRecovery(db, { pools, ...range }),
    windowLatency(db, { ...keys, ...range }),
  ]);
  return { told: { sessions, affected, causes, load }, losses, recovery, latency };
}
