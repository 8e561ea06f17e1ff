import type { z } from "zod";
import { imbalanceOf } from "@/lib/domain/imbalance";
import { addCountsText, quantileOfCounts } from "@/lib/domain/latency";
import { grainOfStep, segmentsOf } from "@/lib/domain/spans";
import type { Heatmap, HeatmapMetric, heatmapQuery } from "@/lib/schemas/heatmap";
import type { Queryable } from "@/lib/store/query";
import { heatLatency, histogramsIn, type ToldHistogram } from "@/lib/store/read/heat-latency";
import { heatLoad, loadIn } from "@/lib/store/read/heat-load";
import { heatMoves } from "@/lib/store/read/heat-moves";
import { segmentLists } from "@/lib/store/read/segments";
import {
  cut,
  iso,
  minuteMs,
  rangeOf,
  type Steps,
  stepOf,
  stepStarts,
  wholeMinutes,
} from "@/lib/view/range";
import type { AbsoluteRange } from "@/lib/view/time-range";
import { Names, type NodeKeys } from "./names";
import { exactSegmentsOf, placeOf } from "./periods";
import { sessionsHeld } from "./session-cells";
import { sightingsOf } from "./sightings";
import { round } from "./wire";

const dayMs = 24 * 60 * minuteMs;

type Row = (number | null)[];

/**
 * One metric per node and step: `requests` and `sessions` as counts, `p95` in
 * milliseconds, `errors` (5xx) and `share` (of the pool's served requests) from
 * 0 to 1, bounces as counts. Where more than 1,000 sessions moved, those of
 * them that a node held are estimated from 1,000. A cell is null where the node had no request in
 * the step, which is not zero. Nodes are those seen in the range or in the day
 * before it. The imbalance is that of the nodes' requests over the whole range,
 * for `sessions` and bounces of theirs; nodes without a request stay out of it.
 * @throws {Problem} 400 for a range or step that is not understood.
 */
export async function heatmap(
  db: Queryable,
  query: z.output<typeof heatmapQuery>,
  now: number,
): Promise<Heatmap> {
  return await heatmaps(db, query, now)(query.metric);
}

/** Answers each metric of one range as `heatmap` does; what they have in common is asked once. */
export function heatmaps(
  db: Queryable,
  query: Omit<z.output<typeof heatmapQuery>, "metric">,
  now: number,
): (metric: HeatmapMetric) => Promise<Heatmap> {
  let ground: Promise<Ground> | undefined;
  return async (metric) => {
    ground ??= groundOf(db, query, now);
    return await heatmapOn(db, await ground, metric);
  };
}

async function groundOf(
  db: Queryable,
  query: Omit<z.output<typeof heatmapQuery>, "metric">,
  now: number,
): Promise<Ground> {
  const range = rangeOf(query, now);
  const steps = cut(range, stepOf(query.step, range));
  const names = await Names.read(db);
  const pools = names.poolIds(query.pool);
  const keys = names.keys(pools, "without none");
  const placesSeen = async () => {
    const seen = await sightingsOf(db, names, pools, wholeMinutes(range).to);
    const shown = names
      .nodesOf(pools)
      .filter((node) => (seen.ofNode(node)?.last ?? 0) >= range.from - dayMs)
      .map((node) => keys.names.indexOf(node.name));
    return [...new Set(shown)];
  };
  const shown = Promise.all([loadOf(db, keys, steps, range), placesSeen()]);
  return { pools, keys, steps, range, shown };
}

async function heatmapOn(db: Queryable, ground: Ground, metric: HeatmapMetric): Promise<Heatmap> {
  const { keys, steps } = ground;
  const [cells, [load, places]] = await Promise.all([cellsOf(db, metric, ground), ground.shown]);
  const values = places.map((place) => cells[place] ?? []);
  const loads = places
    .filter((place) => load.requests[place]?.some((n) => n !== null))
    .map((place) => total(imbalanced(metric) ? cells[place] : load.requests[place]));
  return {
    metric,
    step: steps.step,
    times: stepStarts(steps).map(iso),
    nodes: places.map((place) => keys.names[place] ?? ""),
    values,
    imbalance: imbalanceOf(loads),
  };
}

interface Load {
  /** By the node's place among the names, then by step. */
  requests: Row[];
  errors: Row[];
}

/** What every metric of a range stands on. */
interface Ground {
  pools: number[];
  keys: NodeKeys;
  steps: Steps;
  range: AbsoluteRange;
  /** Their load, and the nodes that are shown as places among the names: asked while a metric asks for its own. */
  shown: Promise<[Load, number[]]>;
}

function imbalanced(metric: HeatmapMetric): boolean {
  return metric === "sessions" || metric === "bouncesIn" || metric === "bouncesOut";
}

async function loadOf(
  db: Queryable,
  keys: NodeKeys,
  steps: Steps,
  range: AbsoluteRange,
): Promise<Load> {
  const load = { requests: grid(keys, steps), errors: grid(keys, steps) };
  const rows = await heatLoad(db, {
    ...listsOf(keys),
    ...minuteSegments(range, steps),
    ...gridOf(steps),
  });
  for (const { label, told } of rows)
    for (const { step, requests, errors } of loadIn(told)) {
      const place = placeOf(steps, step);
      put(load.requests, label, place, requests);
      put(load.errors, label, place, errors);
    }
  return load;
}

async function cellsOf(db: Queryable, metric: HeatmapMetric, ground: Ground): Promise<Row[]> {
  switch (metric) {
    case "requests": {
      const [load] = await ground.shown;
      return load.requests;
    }
    case "errors": {
      const [load] = await ground.shown;
      return map(load.requests, (n, node, step) => (load.errors[node]?.[step] ?? 0) / n);
    }
    case "share": {
      const [load] = await ground.shown;
      const sums = Array.from({ length: ground.steps.count }, (_, step) =>
        load.requests.reduce((sum, row) => sum + (row[step] ?? 0), 0),
      );
      return map(load.requests, (n, _, step) => n / (sums[step] ?? n));
    }
    case "p95":
      return latencyCells(db, ground);
    case "sessions":
      return sessionCells(db, ground);
    case "bouncesIn":
    case "bouncesOut":
      return bounceCells(db, metric, ground);
  }
}

async function latencyCells(db: Queryable, { keys, steps, range }: Ground): Promise<Row[]> {
  const rows = await heatLatency(db, {
    ...listsOf(keys),
    ...minuteSegments(range, steps),
    ...gridOf(steps),
  });
  const cells = grid(keys, steps);
  // One histogram for all cells, one after the other: there may be a hundred thousand.
  const sum: number[] = [];
  for (const { label, told } of rows) {
    const row = cells[label];
    const counts = Array.from({ length: steps.count }, (): ToldHistogram[] => []);
    for (const one of histogramsIn(told)) counts[placeOf(steps, one.step)]?.push(one);
    counts.forEach((texts, place) => {
      sum.length = 0;
      for (const { counts, first } of texts) addCountsText(sum, counts, first);
      const ms = quantileOfCounts(sum, 0.95);
      if (row && ms !== null) row[place] = round(ms, 4);
    });
  }
  return cells;
}

/** The segments that make up the whole minutes of a range, so that each lies in one step. */
function minuteSegments(range: AbsoluteRange, steps: Steps) {
  const { from, to } = wholeMinutes(range);
  return segmentLists(segmentsOf(from, to, grainOfStep(steps.step)));
}

async function sessionCells(
  db: Queryable,
  { pools, keys, steps, range, shown }: Ground,
): Promise<Row[]> {
  const [held, [load]] = await Promise.all([
    sessionsHeld(db, { pools, keys, steps, range: wholeMinutes(range) }),
    shown,
  ]);
  // Sessions may rest: a node that holds some has a number even where no request came.
  return held.map((row, node) =>
    row.map((n, step) => (n > 0 || load.requests[node]?.[step] != null ? n : null)),
  );
}

async function bounceCells(
  db: Queryable,
  metric: "bouncesIn" | "bouncesOut",
  { keys, steps, range, shown }: Ground,
): Promise<Row[]> {
  const [rows, [load]] = await Promise.all([
    heatMoves(db, { ...listsOf(keys), ...exactSegmentsOf(range, steps), ...gridOf(steps) }),
    shown,
  ]);
  const cells = map(load.requests, () => 0);
  for (const row of rows) {
    const n = metric === "bouncesIn" ? row.arrivals : row.departures;
    if (n > 0) put(cells, row.label, placeOf(steps, row.step), n);
  }
  return cells;
}

function grid(keys: NodeKeys, steps: Steps): Row[] {
  return keys.names.map(() => new Array<number | null>(steps.count).fill(null));
}

function listsOf({ pools, nodes, labels }: NodeKeys) {
  return { pools, nodes, labels };
}

function gridOf({ start, step }: Steps) {
  return { start, step };
}

/** Adds to a cell; one that was null begins at nothing. */
function put(cells: Row[], node: number, step: number, value: number): void {
  const row = cells[node];
  if (row) row[step] = (row[step] ?? 0) + value;
}

function map(cells: Row[], of: (value: number, node: number, step: number) => number): Row[] {
  return cells.map((row, node) =>
    row.map((value, step) => (value === null ? null : round(of(value, node, step), 9))),
  );
}

function total(row: Row | undefined): number {
  return (row ?? []).reduce<number>((sum, value) => sum + (value ?? 0), 0);
}
