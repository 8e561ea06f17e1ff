import type { Queryable } from "@/lib/store/query";
import { newestRequest } from "@/lib/store/read/newest-request";
import { newestSession } from "@/lib/store/read/newest-session";
import { minuteMs } from "@/lib/view/range";

/** Where a minute has more requests than this, a page need not know their newest to the second. */
const mostLookedAt = 20_000;

/**
 * When the newest request of the pools began, epoch ms; null when there was
 * none. `lastMinute` is the last minute in which one was counted: only where
 * that is newer than any session's last request is it looked for among the
 * requests themselves.
 */
export async function newestAt(
  db: Queryable,
  pools: number[],
  lastMinute: number | null,
): Promise<number | null> {
  if (lastMinute === null) return null;
  const sessions = await newestSession(db, { pools });
  const known = Math.max(Number.NEGATIVE_INFINITY, ...sessions.map((row) => row.at));
  if (known >= lastMinute) return known;
  const [newest] = await newestRequest(db, {
    pools,
    since: lastMinute,
    until: lastMinute + minuteMs,
    most: mostLookedAt,
  });
  return Math.max(known, newest?.at ?? lastMinute);
}
