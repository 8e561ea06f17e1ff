import { continuityEpisodes, continuityShares, hasRisen } from "@/lib/domain/alerts/continuity";
import { minuteMs } from "@/lib/domain/alerts/grid";
import { type Finding, inScope, mainSubject } from "@/lib/domain/alerts/measures";
import type { PoolFacts } from "@/lib/domain/alerts/pool-facts";
import { PoolMeasures } from "@/lib/domain/alerts/pool-measures";
import { type Rule, reachOf } from "@/lib/domain/alerts/rule";
import type { Names } from "@/lib/reports/names";
import type { Queryable } from "@/lib/store/query";
import { continuityFacts, type PoolRange } from "./facts";

/** A budget that burns over longer windows than this burns slowly: it is looked at less often. */
const fastMinutes = 60;
const slowEveryMinutes = 5;

interface Reckoned {
  minute: number;
  findings: Finding[];
}

/** A rule, and the part of it that is asked for. */
interface Asked {
  rule: Rule;
  part: Rule;
}

/**
 * What the budgets' rules find in each pool: windows of up to an hour once a
 * minute, longer ones every five; kept in between. When something fired is told
 * by the facts, not by when it was looked at.
 */
export class Budgets {
  private readonly fast = new Map<number, Reckoned>();
  private readonly slow = new Map<number, Reckoned>();
  /** The rules that what is kept was reckoned by. */
  private by = "";

  async findings(
    db: Queryable,
    names: Names,
    rules: readonly Rule[],
    ranges: readonly (PoolRange & { dirty: number | null })[],
    facts: ReadonlyMap<number, PoolFacts>,
  ): Promise<Map<number, Finding[]>> {
    const own = rules.filter(({ condition }) => condition.kind === "continuity");
    const by = JSON.stringify(own);
    if (by !== this.by) {
      this.by = by;
      this.fast.clear();
      this.slow.clear();
    }
    for (const { kept, every, asked } of [
      { kept: this.fast, every: 1, asked: partsOf(own, (minutes) => minutes <= fastMinutes) },
      {
        kept: this.slow,
        every: slowEveryMinutes,
        asked: partsOf(own, (minutes) => minutes > fastMinutes),
      },
    ]) {
      if (asked.length === 0) continue;
      const due = ranges.filter((range) => isDue(range, kept.get(range.pool), every));
      const found = await reckon(db, names, asked, due, facts);
      for (const { pool, clock } of due)
        kept.set(pool, { minute: Math.floor(clock / minuteMs), findings: found.get(pool) ?? [] });
    }
    return new Map(
      ranges.map(({ pool }) => [
        pool,
        [this.fast, this.slow].flatMap((kept) => kept.get(pool)?.findings ?? []),
      ]),
    );
  }
}

function isDue(
  { clock, dirty }: PoolRange & { dirty: number | null },
  kept: Reckoned | undefined,
  every: number,
): boolean {
  if (kept === undefined || (dirty !== null && dirty < clock - 2 * minuteMs)) return true;
  const minute = Math.floor(clock / minuteMs);
  return minute < kept.minute || minute - kept.minute >= every;
}

/** The rules with those of their windows only that are so long. */
function partsOf(rules: readonly Rule[], fits: (longMinutes: number) => boolean): Asked[] {
  return rules.flatMap((rule) => {
    const { condition } = rule;
    if (condition.kind !== "continuity") return [];
    const windows = condition.windows.filter(({ longMinutes }) => fits(longMinutes));
    return windows.length === 0
      ? []
      : [{ rule, part: { ...rule, condition: { ...condition, windows } } }];
  });
}

async function reckon(
  db: Queryable,
  names: Names,
  asked: readonly Asked[],
  due: readonly PoolRange[],
  facts: ReadonlyMap<number, PoolFacts>,
): Promise<Map<number, Finding[]>> {
  const found = new Map<number, Finding[]>();
  const back = Math.max(...asked.map(({ part }) => reachOf(part)));
  const reckoned = await continuityFacts(
    db,
    names,
    due.map((range) => ({ ...range, from: range.from - back })),
  );
  for (const { pool, clock } of due) {
    const continuity = reckoned.get(pool);
    const whole = facts.get(pool);
    if (!continuity || !whole) continue;
    const shares = continuityShares(continuity);
    const measures = new PoolMeasures(whole);
    const findings = asked
      .filter(({ rule }) => inScope(rule, whole.pool))
      .flatMap(({ rule, part }) =>
        continuityEpisodes(continuity, part, shares).flatMap((episode): Finding[] => {
          const around = { from: episode.since - 10 * minuteMs, to: episode.endedAt ?? clock };
          if (measures.isMostlyPlanned(around.from, around.to)) return [];
          const subject = mainSubject(whole, around.from, around.to);
          // What clients do by themselves, as much as ever, is a matter of the objective and no incident.
          if (subject === "client" && !hasRisen(shares, part, episode)) return [];
          return [{ rule, subject, cause: null, episode }];
        }),
      );
    found.set(pool, findings);
  }
  return found;
}
