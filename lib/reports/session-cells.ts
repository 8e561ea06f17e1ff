import { endOfSpans, grainOfStep, segmentsOf } from "@/lib/domain/spans";
import type { Queryable } from "@/lib/store/query";
import { heatSessionSpans } from "@/lib/store/read/heat-session-spans";
import { heatSessions, movedCount } from "@/lib/store/read/heat-sessions";
import { segmentLists } from "@/lib/store/read/segments";
import { firstHashes } from "@/lib/store/read/shares";
import type { Steps } from "@/lib/view/range";
import type { AbsoluteRange } from "@/lib/view/time-range";
import type { NodeKeys } from "./names";
import { placeOf } from "./periods";

/** Of sessions that moved, so many are followed from node to node; of more, those whose hashes come first stand for all. */
const mostFollowed = 1_000;
/** Beyond this they are not counted one by one. */
const mostCounted = 4 * mostFollowed;

/**
 * How many sessions each node (by its label) held in each step of a range of
 * whole minutes. Those of one node come from the sums, exactly; those that moved
 * are followed one by one up to 1,000, and estimated from about 1,000 of more.
 */
export async function sessionsHeld(
  db: Queryable,
  { pools, keys, steps, range }: Asked,
): Promise<number[][]> {
  const own = { pools: keys.pools, nodes: keys.nodes, labels: keys.labels };
  const grid = { start: steps.start, step: steps.step };
  const later = segmentLists(segmentsOf(range.to, endOfSpans));
  const follow = async () => {
    const part = partOf(await movedCount(db, { pools, from: range.from, exact: mostCounted }));
    const below = part < 1 ? firstHashes(part) : null;
    return { part, rows: await heatSessions(db, { ...own, pools, ...grid, ...range, below }) };
  };
  const [stayed, moved] = await Promise.all([
    heatSessionSpans(db, {
      ...own,
      ...grid,
      ...segmentLists(segmentsOf(range.from, range.to, grainOfStep(steps.step))),
      laterGrains: later.grains,
      laterFroms: later.froms,
      laterTos: later.tos,
    }),
    follow(),
  ]);
  const held = keys.names.map(() => new Array<number>(steps.count).fill(0));
  addMoved(held, moved.rows, steps, 1 / moved.part);
  addStayed(held, stayed, steps);
  return held;
}

/** Which part of so many is followed; what is near a 64th is taken from the index of these. */
function partOf(movers: number): number {
  const part = Math.min(1, mostFollowed / Math.max(1, movers));
  return part < 1 / 32 ? Math.min(part, 1 / 64) : part;
}

interface Asked {
  pools: number[];
  keys: NodeKeys;
  steps: Steps;
  range: AbsoluteRange;
}

function addMoved(
  held: number[][],
  rows: Awaited<ReturnType<typeof heatSessions>>,
  steps: Steps,
  weight: number,
): void {
  for (const row of rows) {
    const cells = held[row.label];
    const last = placeOf(steps, row.last);
    for (let place = placeOf(steps, row.first); cells && place <= last; place++)
      cells[place] = (cells[place] ?? 0) + row.n * weight;
  }
  for (const cells of held) for (const [place, n] of cells.entries()) cells[place] = Math.round(n);
}

/** Whoever was there in a step ended in it or later, and did not begin after it. */
function addStayed(
  held: number[][],
  rows: Awaited<ReturnType<typeof heatSessionSpans>>,
  steps: Steps,
): void {
  const starts = held.map((cells) => cells.map(() => 0));
  const ends = held.map((cells) => cells.map(() => 0));
  const later = held.map(() => 0);
  for (const row of rows) {
    if (row.step === null) {
      later[row.label] = (later[row.label] ?? 0) + row.ends - row.starts;
      continue;
    }
    const place = placeOf(steps, row.step);
    add(starts[row.label], place, row.starts);
    add(ends[row.label], place, row.ends);
  }
  for (const [label, cells] of held.entries()) {
    let after = later[label] ?? 0;
    for (let place = cells.length - 1; place >= 0; place--) {
      after += ends[label]?.[place] ?? 0;
      add(cells, place, after);
      after -= starts[label]?.[place] ?? 0;
    }
  }
}

function add(cells: number[] | undefined, place: number, n: number): void {
  if (cells) cells[place] = (cells[place] ?? 0) + n;
}
