import { type Cause, causes } from "@/lib/domain/causes";
import type { ChangeKind } from "@/lib/domain/facts";
import { cameMoreOften, z999 } from "@/lib/domain/proportions";
import type { Week } from "@/lib/domain/weeks";
import type { Weekly } from "@/lib/schemas/weekly";
import type { Queryable } from "@/lib/store/query";
import { bouncesAroundChanges, requestsAroundChanges } from "@/lib/store/read/change-sides";
import { changesPage } from "@/lib/store/read/changes-page";
import { gatherChanges } from "@/lib/view/overview-changes";
import type { Names } from "./names";
import { rolloutsOf } from "./rollouts";
import { total } from "./window-figures";
import { changeOf, round } from "./wire";

const halfHour = 30 * 60_000;
/** Reports of one change within this time are one. */
const together = 5 * 60_000;
/** What somebody did. A node that went down or came back is what happened then. */
const done: readonly ChangeKind[] = [
  "deploy",
  "config",
  "scale",
  "node-drain",
  "node-maintenance",
  "other",
];
const looked = 500;
const listed = 8;

/**
 * The changes of a week after which bounces came more often than before: more
 * per request in the half hour after than in the one before, beyond the 99.9 %
 * interval (a week has many changes, and one in a thousand is named by chance).
 * The largest rise first; of a roll-out node by node the first change that shows
 * it, with how many further ones do. At most the week's last 500 changes are looked at.
 */
export async function regressions(
  db: Queryable,
  names: Names,
  pools: number[] | null,
  week: Week,
  now: number,
): Promise<Weekly["changes"]> {
  const rows = await changesPage(db, {
    pools,
    from: week.from,
    to: Math.min(week.to, now),
    afterAt: null,
    afterId: null,
    limit: looked,
  });
  if (rows.length === 0) return [];
  const marks = gatherChanges(
    rows.filter((row) => done.includes(row.kind)).map((row) => changeOf(names, row)),
    together,
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  const changed = marks.flatMap((mark) => byId.get(mark.change.id) ?? []);
  const asked = {
    changed: changed.map((row) => row.pool ?? 0),
    ats: changed.map((row) => row.at),
    pools: pools ?? names.poolIds(undefined),
    width: halfHour,
  };
  const [bounces, requests] = await Promise.all([
    bouncesAroundChanges(db, asked),
    requestsAroundChanges(db, asked),
  ]);
  const rollouts = rolloutsOf(marks);
  const risen = marks
    .map((mark, index) => {
      const around = bounces.filter((row) => row.place === index + 1);
      const seen = requests.filter((row) => row.place === index + 1);
      const side = (after: boolean) => ({
        count: total(
          around.filter((row) => row.after === after),
          (row) => row.n,
        ),
        over: seen.find((row) => row.after === after)?.n ?? 0,
      });
      return {
        mark,
        rollout: rollouts[index],
        before: side(false),
        after: side(true),
        cause: grownMost(around),
      };
    })
    .filter(({ before, after }) => before.over > 0 && cameMoreOften(before, after, z999));
  return risen
    .filter(({ rollout }, place) => risen.findIndex((row) => row.rollout === rollout) === place)
    .map((row) => ({
      ...row,
      further: risen.filter(({ rollout }) => rollout === row.rollout).length - 1,
    }))
    .map(({ mark, before, after, cause, further }) => ({
      change: mark.change,
      reports: mark.reports,
      further,
      before: before.count,
      after: after.count,
      beforePer1000: per1000(before),
      afterPer1000: per1000(after),
      cause,
    }))
    .sort((a, b) => b.after - b.before - (a.after - a.before))
    .slice(0, listed);
}

function grownMost(rows: { after: boolean; cause: Cause; n: number }[]): Cause | null {
  const grown = causes
    .map((cause) => ({
      cause,
      by: total(
        rows.filter((row) => row.cause === cause),
        (row) => (row.after ? row.n : -row.n),
      ),
    }))
    .filter(({ by }) => by > 0)
    .sort((a, b) => b.by - a.by);
  return grown[0]?.cause ?? null;
}

function per1000({ count, over }: { count: number; over: number }): number | null {
  return over === 0 ? null : round((1000 * count) / over, 9);
}
