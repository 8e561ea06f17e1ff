import { type Objectives, objectivesSchema } from "@/lib/schemas/weekly";
import type { Queryable } from "@/lib/store/query";
import { keepSetting, keptSetting } from "@/lib/store/settings";

/** Under which the settings keep what continuity rate is aimed at. */
const key = "objectives";

/** Aimed at until somebody says otherwise. */
export const firstObjectives: Objectives = { default: 0.995, pools: {} };

export async function objectives(db: Queryable): Promise<Objectives> {
  const [row] = await keptSetting(db, { key });
  return row ? objectivesSchema.parse(row.value) : firstObjectives;
}

export async function setObjectives(db: Queryable, wanted: Objectives): Promise<Objectives> {
  await keepSetting(db, { key, value: JSON.stringify(wanted) });
  return wanted;
}

/** The continuity rate that a pool, or all of them together (null), should reach. */
export function objectiveOf(known: Objectives, pool: string | null): number {
  return (pool === null ? undefined : known.pools[pool]) ?? known.default;
}
