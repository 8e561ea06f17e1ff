import type { EpochMs } from "@/lib/domain/facts";
import type { KeptVerdict } from "@/lib/schemas/changes";
import { changeVerdictQuery } from "@/lib/schemas/compare";
import { changesToJudge, judgeAgainFrom, keepVerdict } from "@/lib/store/change-verdicts";
import type { Queryable } from "@/lib/store/query";
import { iso, minuteMs } from "@/lib/view/range";
import { changeVerdict } from "./compare";

/** Each side of a change that is judged by itself. */
const windowMs = 30 * minuteMs;
/** Lines of the window's last moments are on their way for so long. */
const slackMs = minuteMs;
const weekMs = 7 * 24 * 60 * minuteMs;
/** Changes that are older when they come in are not judged by themselves any more. */
export const judgedForMs = 5 * weekMs;

/** When a change is judged first. */
export function dueAt(at: EpochMs): EpochMs {
  return at + windowMs + slackMs;
}

/**
 * Judges the changes that are due, at most so many, and keeps the verdicts.
 * Each is judged again when it is twice as old, for a week, since facts come
 * late. Answers how many were judged.
 */
export async function judgeChanges(db: Queryable, now: EpochMs, limit: number): Promise<number> {
  const due = await changesToJudge(db, {
    now,
    window: windowMs + slackMs,
    since: now - judgedForMs,
    limit,
  });
  for (const { id, at } of due) {
    const told = await changeVerdict(db, id, changeVerdictQuery.parse({}), now);
    const next = at + 2 * (now - at);
    const kept: KeptVerdict = {
      verdict: told.verdict,
      words: told.words,
      interval: told.interval,
      before: continuityOf(told.before),
      after: continuityOf(told.after),
      judgedAt: iso(now),
    };
    await keepVerdict(db, {
      change: id,
      at,
      judgedAt: now,
      nextAt: next - at <= weekMs ? next : null,
      told: JSON.stringify(kept),
    });
  }
  return due.length;
}

/** Facts from this time on came in: verdicts that rest on that time or later are due again. */
export async function factsCameFrom(db: Queryable, from: EpochMs, now: EpochMs): Promise<void> {
  await judgeAgainFrom(db, { from, now, window: windowMs });
}

function continuityOf({
  severalSessions,
  affectedSessions,
  continuityRate,
}: KeptVerdict["before"]) {
  return { severalSessions, affectedSessions, continuityRate };
}
