import { dayMs, type Week } from "@/lib/domain/weeks";
import type { Queryable } from "@/lib/store/query";
import { loadByNode } from "@/lib/store/read/load-by-node";
import { lossCount } from "@/lib/store/read/loss-count";
import { lossRecovery } from "@/lib/store/read/loss-recovery";
import { firstHashes } from "@/lib/store/read/shares";
import { windowAffected } from "@/lib/store/read/window-affected";
import { windowCauses } from "@/lib/store/read/window-causes";
import { windowLatency } from "@/lib/store/read/window-latency";
import { windowLosses } from "@/lib/store/read/window-losses";
import type { Names } from "./names";
import { bounceShare, mostWithSessions, sessionsSeen } from "./volume";
import type { ToldWindow } from "./window-figures";

/** What the database tells of a week. */
export interface ToldWeek {
  told: ToldWindow;
  losses: Awaited<ReturnType<typeof windowLosses>>;
  recovery: Recovery[];
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
  const share = await bounceShare(db, pools, range, mostWithSessions);
  const [sessions, affected, causes, load, losses, recovery, latency] = await Promise.all([
    sessionsSeen(db, pools, range),
    windowAffected(db, share, { pools, ...range, step: dayMs }),
    windowCauses(db, share, { pools, ...range }),
    loadByNode(db, { ...keys, ...range, step: dayMs }),
    windowLosses(db, { pools, ...range }),
    recoveries(db, pools, range),
    windowLatency(db, { ...keys, ...range }),
  ]);
  return { told: { sessions, affected, causes, load }, losses, recovery, latency };
}

/** An outage, and how many it stands for. */
export interface Recovery {
  recovered: number | null;
  ms: number | null;
  weight: number;
}

/** Losses whose end is looked for; of more, those of the sessions whose hashes come first stand for all. */
const mostFollowed = 2_000;
/** Beyond this they are not even counted. */
const mostCounted = 200_000;

async function recoveries(
  db: Queryable,
  pools: number[],
  range: { from: number; to: number },
): Promise<Recovery[]> {
  const [found] = await lossCount(db, { pools, ...range, most: mostCounted });
  const part = Math.min(1, mostFollowed / Math.max(1, found?.n ?? 0));
  const rows = await lossRecovery(db, {
    pools,
    ...range,
    below: part < 1 ? firstHashes(part) : null,
  });
  return rows.map((row) => ({ ...row, weight: 1 / part }));
}
