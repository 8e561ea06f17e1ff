import { type Cause, type CauseClass, classOf } from "@/lib/domain/causes";
import { dayMs, type Week } from "@/lib/domain/weeks";
import { incidentClasses, type Weekly } from "@/lib/schemas/weekly";
import type { MoveRow } from "@/lib/store/read/move-counts";
import type { KnownNode, Names } from "./names";
import type { ToldWeek } from "./week-told";
import { type LoadRow, loadImbalance, type ToldWindow, total } from "./window-figures";
import { round } from "./wire";

/** Nodes and balancers that are listed, the worst first. */
const listed = 8;

/** Each cause of either week, the most frequent first. */
export function causesOf(current: ToldWindow, previous: ToldWindow): Weekly["causes"] {
  const overall = (told: ToldWindow) =>
    told.causes.flatMap((row) =>
      row.pool === null && row.cause !== null ? [{ ...row, cause: row.cause }] : [],
    );
  const now = new Map(overall(current).map((row) => [row.cause, row]));
  const before = new Map(overall(previous).map((row) => [row.cause, row]));
  const all = total([...now.values()], (row) => row.bounces);
  return [...new Set<Cause>([...now.keys(), ...before.keys()])]
    .map((cause) => {
      const row = now.get(cause);
      return {
        cause,
        class: classOf(cause),
        bounces: row?.bounces ?? 0,
        previousBounces: before.get(cause)?.bounces ?? 0,
        sessions: row?.sessions ?? 0,
        share: all === 0 ? 0 : round((row?.bounces ?? 0) / all, 9),
        lostSessions: row?.lost ?? 0,
      };
    })
    .sort(
      (a, b) =>
        b.bounces - a.bounces ||
        b.previousBounces - a.previousBounces ||
        a.cause.localeCompare(b.cause),
    );
}

/** Bounces by the class of their cause; lost sessions by who is to answer for them. */
export function classesOf(current: ToldWeek, previous: ToldWeek): Weekly["classes"] {
  return incidentClasses.map((name) => ({
    class: name,
    bounces: bouncesOf(current, name),
    previousBounces: bouncesOf(previous, name),
    lostSessions: lostTo(current, name),
    previousLostSessions: lostTo(previous, name),
  }));
}

function bouncesOf({ told }: ToldWeek, name: CauseClass | "storage"): number {
  return told.causes.find((row) => row.cause === null && row.class === name)?.bounces ?? 0;
}

function lostTo({ losses }: ToldWeek, name: CauseClass | "storage"): number {
  const party = name === "unknown" ? null : name;
  return losses.find((row) => !row.by_node && row.lost_to === party)?.sessions ?? 0;
}

export function recoveryOf(rows: ToldWeek["recovery"]): Weekly["recovery"] {
  const times = rows
    .map((row) => row.ms)
    .filter((ms) => ms !== null)
    .sort((a, b) => a - b);
  const middle = times.length / 2;
  const [low, high] = [times[Math.ceil(middle) - 1], times[Math.floor(middle)]];
  return {
    outages: Math.round(total(rows, (row) => row.weight)),
    recovered: Math.round(times.length * (rows[0]?.weight ?? 1)),
    meanMs: times.length === 0 ? null : round(total(times, (ms) => ms) / times.length, 9),
    medianMs: low === undefined || high === undefined ? null : round((low + high) / 2, 9),
  };
}

/** The nodes that sessions left or came to by a bounce, or were not known on; the most of these first. */
export function nodesOf(
  names: Names,
  scope: number[],
  { told, losses }: ToldWeek,
  moves: MoveRow[],
): Weekly["nodes"] {
  const found = new Map<KnownNode, Weekly["nodes"][number]>();
  const at = (node: KnownNode | null) => {
    if (node === null) return null;
    let row = found.get(node);
    if (!row) {
      row = {
        node: node.name,
        pool: names.pool(node.pool),
        ordinal: node.ordinal,
        bouncesOut: 0,
        bouncesIn: 0,
        lostSessions: 0,
        requests: 0,
        errorRate: null,
      };
      found.set(node, row);
    }
    return row;
  };
  for (const move of moves) {
    const [left, reached] = [at(names.node(move.from_node)), at(names.node(move.to_node))];
    if (left) left.bouncesOut += move.n;
    if (reached) reached.bouncesIn += move.n;
  }
  const known = names.nodesOf(scope);
  for (const loss of losses) {
    if (!loss.by_node || loss.node === null) continue;
    const name = names.resolve(loss.pool, loss.node);
    const row = at(
      known.find((node) => node.name === name && (!loss.pool || node.pool === loss.pool)) ?? null,
    );
    if (row) row.lostSessions += loss.sessions;
  }
  const errors = new Map<KnownNode, number>();
  for (const row of told.load) {
    const node = names.node(row.node);
    const listing = node && found.get(node);
    if (!node || !listing) continue;
    listing.requests += row.requests;
    errors.set(node, (errors.get(node) ?? 0) + row.errors);
  }
  return [...found]
    .map(([node, row]) => ({
      ...row,
      errorRate: row.requests === 0 ? null : round((errors.get(node) ?? 0) / row.requests, 9),
    }))
    .sort(
      (a, b) =>
        weight(b) - weight(a) ||
        b.bouncesOut - a.bouncesOut ||
        a.pool.localeCompare(b.pool) ||
        a.node.localeCompare(b.node),
    )
    .slice(0, listed);
}

function weight(row: Weekly["nodes"][number]): number {
  return row.bouncesOut + row.bouncesIn + row.lostSessions;
}

/** The balancers through which bounces came, most first. */
export function balancersOf(names: Names, load: LoadRow[], moves: MoveRow[]): Weekly["lbs"] {
  const ids = [...new Set(moves.map((move) => move.lb))];
  return ids
    .map((id) => {
      const through = moves.filter((move) => move.lb === id);
      const bounces = total(through, (move) => move.n);
      const requests = total(
        load.filter((row) => row.lb === id),
        (row) => row.requests,
      );
      return {
        lb: names.lb(id),
        bounces,
        unexplainedBounces: total(
          through.filter((move) => classOf(move.cause) !== "infrastructure"),
          (move) => move.n,
        ),
        requests,
        bouncesPer1000: requests === 0 ? null : round((1000 * bounces) / requests, 9),
      };
    })
    .sort((a, b) => b.bounces - a.bounces || a.lb.localeCompare(b.lb))
    .slice(0, listed);
}

/** How uneven each pool's requests lay over its nodes, day by day, in both weeks. */
export function imbalanceDays(
  names: Names,
  scope: number[],
  week: Week,
  current: LoadRow[],
  previous: LoadRow[],
): Weekly["imbalance"] {
  const days = (load: LoadRow[], from: number, pool: number) =>
    Array.from({ length: 7 }, (_, place) =>
      loadImbalance(
        names,
        load.filter((row) => row.pool === pool && row.step === from + place * dayMs),
      ),
    );
  return scope
    .filter((pool) => names.pool(pool) !== "")
    .map((pool) => ({
      pool: names.pool(pool),
      days: days(current, week.from, pool),
      previousDays: days(previous, week.from - 7 * dayMs, pool),
    }))
    .filter(({ days: now, previousDays }) => [...now, ...previousDays].some((day) => day !== null))
    .sort((a, b) => highest(b.days) - highest(a.days) || a.pool.localeCompare(b.pool));
}

function highest(days: (number | null)[]): number {
  return days.reduce<number>((most, day) => Math.max(most, day ?? 0), 0);
}
