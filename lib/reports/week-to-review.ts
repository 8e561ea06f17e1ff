import { lastFullWeek, type Week, weekOf } from "@/lib/domain/weeks";
import type { Queryable } from "@/lib/store/query";
import { Names } from "./names";
import { sightingsOf } from "./sightings";

/**
 * The week that a review opens at: the last that is over. Where that had no
 * request, the week of the newest one: this week for whoever began in it, an
 * older one for whoever sent old logs. Of one pool, or of all.
 */
export async function weekToReview(
  db: Queryable,
  pool: string | undefined,
  now: number,
): Promise<Week> {
  const full = lastFullWeek(now);
  const names = await Names.read(db);
  const newest = async (to: number) =>
    (await sightingsOf(db, names, names.poolIds(pool), to)).all?.last ?? null;
  const [before, ever] = await Promise.all([newest(full.to), newest(now)]);
  if (ever === null || (before !== null && before >= full.from)) return full;
  return weekOf(ever);
}
