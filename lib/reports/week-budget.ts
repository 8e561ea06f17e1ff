import { dayMs, type Week } from "@/lib/domain/weeks";
import type { Weekly } from "@/lib/schemas/weekly";
import type { affectedSteps } from "@/lib/store/read/affected-steps";
import type { windowAffected } from "@/lib/store/read/window-affected";
import { iso } from "@/lib/view/range";
import type { SeenSessions } from "./volume";
import type { WindowFigures } from "./window-figures";
import { round } from "./wire";

type RowsOf<Q extends (...given: never[]) => Promise<unknown>> = Awaited<ReturnType<Q>>;

/** How many sessions of the week might be affected, and how many were. */
export function budgetOf(figures: WindowFigures, objective: number): Weekly["budget"] {
  const { severalSessions, affectedSessions: used, continuityRate } = figures;
  const allowed = severalSessions === 0 ? null : round(severalSessions * (1 - objective), 12);
  return {
    objective,
    met: continuityRate === null ? null : continuityRate >= objective,
    allowed,
    used,
    left: allowed === null ? null : round(1 - used / allowed, 9),
  };
}

/**
 * Continuity of each day beside that of the week before, and what was left of
 * the budget at its end. A session counts on each day that it was seen; in the
 * budget it counts once, on the day on which it was first affected.
 */
export function daysOf(told: {
  week: Week;
  now: number;
  budget: Weekly["budget"];
  /** Of the 14 days of the week before and of this one. */
  daySessions: SeenSessions[][];
  dayAffected: RowsOf<typeof affectedSteps>;
  affected: RowsOf<typeof windowAffected>;
}): Weekly["days"] {
  const { week, now, budget } = told;
  let used = 0;
  return Array.from({ length: 7 }, (_, place) => {
    const day = week.from + place * dayMs;
    const [current, previous] = [false, true].map((before) => {
      const several = told.daySessions[before ? place : place + 7]?.[0]?.several ?? 0;
      const hit = told.dayAffected.find((row) => row.before === before && row.step === day);
      return { several, affected: hit?.several ?? 0 };
    });
    used += told.affected
      .filter((row) => row.pool === null && row.step === day)
      .reduce((sum, row) => sum + row.several, 0);
    return {
      day: iso(day),
      severalSessions: current?.several ?? 0,
      affectedSessions: current?.affected ?? 0,
      continuityRate: continuity(current),
      previousContinuityRate: continuity(previous),
      budgetLeft: budget.allowed === null || day > now ? null : round(1 - used / budget.allowed, 9),
    };
  });
}

function continuity(day: { several: number; affected: number } | undefined): number | null {
  if (!day || day.several === 0) return null;
  return round(Math.max(0, 1 - day.affected / day.several), 9);
}
