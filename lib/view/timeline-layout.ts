/**
 * Where everything on the timeline's plot lies. `along` runs with time, `across`
 * over the lanes; a wide screen draws along as x, a narrow one as y. However many
 * requests there are, what is drawn is bounded by the plot's pixels.
 */
import type { Annotation, ChangeMark, TimelineEvent } from "@/lib/schemas/results";
import {
  type Band,
  type Hop,
  type Lane,
  type StatusLook,
  type Step,
  statusLooks,
  type TimelineModel,
} from "./timeline";
import type { TimeScale } from "./timeline-scale";
import { stepsIn } from "./timeline-steps";

export const leastMark = 3;
/** Measures within a lane, from its near edge. */
export const laneParts = { mark: 6, markSize: 11, secondRow: 19, glyph: 37 } as const;

/** One or more requests that share their pixels, lane, row and look. */
export interface Mark {
  lane: number;
  row: 0 | 1;
  look: StatusLook;
  start: number;
  end: number;
  /** Index of the first request in it. */
  step: number;
  count: number;
}

export interface Glyph {
  type: TimelineEvent["type"];
  lane: number;
  along: number;
  count: number;
  step: number | null;
  at: number;
}

export interface Connector {
  hop: Hop;
  fromLane: number;
  toLane: number;
  /** Where the session left, and where it arrived. */
  start: number;
  end: number;
}

export interface RibbonPiece {
  node: string;
  start: number;
  end: number;
}

export interface PlotBand {
  band: Band;
  lane: number;
  start: number;
  end: number;
}

export interface PlotLayout {
  lanes: Lane[];
  marks: Mark[];
  /** The session's path along a lane, between its marks. */
  threads: { lane: number; start: number; end: number }[];
  glyphs: Glyph[];
  connectors: Connector[];
  bands: PlotBand[];
  ribbons: { intended: RibbonPiece[]; landed: RibbonPiece[] };
  /** Where the node named and the node reached differ. */
  differences: { along: number; step: number; lost: boolean }[];
  /** What a response bound the session to. */
  bindings: { along: number; node: string }[];
  /** Requests of a bound session without its cookie. */
  unsent: number[];
  changes: { along: number; change: ChangeMark }[];
  /** What people wrote, numbered by its time from 1. */
  notes: { along: number; note: Annotation; number: number }[];
}

export function plotLayout(
  model: TimelineModel,
  scale: TimeScale,
  hidden: ReadonlySet<string>,
): PlotLayout {
  const lanes = model.lanes.filter((lane) => !hidden.has(lane.node));
  const laneOf = new Map(lanes.map((lane, index) => [lane.node, index]));
  const window = { from: scale.from, to: scale.to };
  const place = (time: number) => Math.min(Math.max(scale.at(time), 0), scale.length);
  const placed = (step: Step): Placed => {
    const start = place(step.start);
    return { step, start, end: Math.max(place(step.end), start + leastMark) };
  };
  const inView = stepsIn(model, window).map(placed);

  return {
    lanes,
    ...marksOf(inView, laneOf),
    glyphs: glyphsOf(model, inView, laneOf, window, place),
    connectors: connectorsOf(model, laneOf, window, placed),
    bands: model.bands.flatMap((band): PlotBand[] => {
      const lane = laneOf.get(band.node);
      if (lane === undefined || band.to < window.from || band.from > window.to) return [];
      const end = band.open ? scale.length : place(band.to);
      return [{ band, lane, start: place(band.from), end: Math.max(end, place(band.from) + 1) }];
    }),
    ribbons: {
      intended: ribbonOf(inView, (step) =>
        step.intended.kind === "named" ? step.intended.node : null,
      ),
      landed: ribbonOf(inView, (step) => step.request.node),
    },
    differences: thin(
      inView
        .filter(({ step }) => step.differs)
        .map(({ step, start }) => ({
          along: start,
          step: step.index,
          lost: step.loss !== null || (step.hop?.loss ?? null) !== null,
        })),
      9,
      (one) => one.lost,
    ),
    bindings: thin(
      inView
        .filter(({ step }) => step.sets !== null)
        .map(({ step, start }) => ({ along: start, node: step.sets ?? "" })),
      64,
    ),
    unsent: thin(
      inView
        .filter(({ step }) => step.intended.kind === "unsent")
        .map(({ start }) => ({ along: start })),
      4,
    ).map(({ along }) => along),
    changes: model.marks
      .filter((change) => {
        const at = Date.parse(change.at);
        return at >= window.from && at <= window.to;
      })
      .map((change) => ({ along: place(Date.parse(change.at)), change })),
    notes: model.notes
      .map((note, index) => ({ note, number: index + 1, at: Date.parse(note.at) }))
      .filter(({ at }) => at >= window.from && at <= window.to)
      .map(({ at, note, number }) => ({ along: place(at), note, number })),
  };
}

/** A request with its pixels. */
interface Placed {
  step: Step;
  start: number;
  end: number;
}

function marksOf(
  steps: readonly Placed[],
  laneOf: ReadonlyMap<string, number>,
): Pick<PlotLayout, "marks" | "threads"> {
  const marks: Mark[] = [];
  const threads: PlotLayout["threads"] = [];
  // By lane: when its first row is free again, and its newest mark of each row and look.
  const busyUntil = new Map<number, number>();
  const newest = new Map<number, Mark>();
  let before = { lane: -1, end: 0 };

  for (const { step, start, end } of steps) {
    const lane = laneOf.get(step.lane);
    if (lane === undefined) continue;
    const row = step.start < (busyUntil.get(lane) ?? Number.NEGATIVE_INFINITY) ? 1 : 0;
    if (row === 0) busyUntil.set(lane, step.end);

    const key = (lane * 2 + row) * statusLooks.length + statusLooks.indexOf(step.look);
    const last = newest.get(key);
    if (last && start - last.start < 1) {
      last.end = Math.max(last.end, end);
      last.count += 1;
    } else {
      const mark: Mark = { lane, row, look: step.look, start, end, step: step.index, count: 1 };
      newest.set(key, mark);
      marks.push(mark);
    }

    if (step.request.node === null) continue;
    const stayed: boolean = before.lane === lane;
    if (stayed && start - before.end > 0.5) threads.push({ lane, start: before.end, end: start });
    before = { lane, end: stayed ? Math.max(before.end, end) : end };
  }
  return { marks, threads };
}

function glyphsOf(
  model: TimelineModel,
  steps: readonly Placed[],
  laneOf: ReadonlyMap<string, number>,
  window: { from: number; to: number },
  place: (time: number) => number,
): Glyph[] {
  const found: Glyph[] = [];
  for (const { step, start } of steps) {
    const lane = laneOf.get(step.lane);
    if (lane === undefined) continue;
    for (const event of step.events) {
      // Drawn at its request, whatever the app's clock says.
      found.push(glyph(event, lane, start + leastMark / 2, step.index, step.start));
    }
  }
  for (const event of model.stray) {
    const at = Date.parse(event.at);
    const lane = event.node === null ? undefined : laneOf.get(event.node);
    if (lane !== undefined && at >= window.from && at <= window.to)
      found.push(glyph(event, lane, place(at), null, at));
  }

  const order = ["session.missing", "session.created", "session.destroyed", "session.expired"];
  const rank = (type: Glyph["type"]) => (order.includes(type) ? order.indexOf(type) : 9);
  // The telling ones take their place first; a neighbour steps aside or joins its like.
  found.sort((a, b) => rank(a.type) - rank(b.type) || a.along - b.along);
  const taken = new Map<number, Glyph[]>();
  const drawn: Glyph[] = [];
  for (const one of found) {
    const others = taken.get(one.lane) ?? [];
    const small = rank(one.type) === 9;
    const gap = small ? 7 : 12;
    const like = others.find(
      (other) => other.type === one.type && Math.abs(other.along - one.along) < (small ? 4 : 6),
    );
    if (like) {
      like.count += 1;
      continue;
    }
    let along = one.along;
    const clash = () => others.find((other) => Math.abs(other.along - along) < gap);
    for (let hit = clash(); hit && along - one.along < 40; hit = clash()) along = hit.along + gap;
    if (clash()) continue;
    one.along = along;
    others.push(one);
    taken.set(one.lane, others);
    drawn.push(one);
  }
  return drawn;
}

function glyph(
  event: TimelineEvent,
  lane: number,
  along: number,
  step: number | null,
  at: number,
): Glyph {
  return { type: event.type, lane, along, count: 1, step, at };
}

function connectorsOf(
  model: TimelineModel,
  laneOf: ReadonlyMap<string, number>,
  window: { from: number; to: number },
  placed: (step: Step) => Placed,
): Connector[] {
  const connectors: Connector[] = [];
  const drawn = new Set<string>();
  for (const hop of model.hops) {
    const to = model.steps[hop.to];
    const from = hop.from === null ? undefined : model.steps[hop.from];
    const toLane = laneOf.get(hop.bounce.to);
    const fromLane = laneOf.get(hop.bounce.from);
    if (!to || toLane === undefined || fromLane === undefined) continue;
    if (to.start < window.from || to.start > window.to) continue;
    const end = placed(to).start;
    const start = from ? Math.min(placed(from).end, end) : end;
    // Hops that would be painted on the same pixels are painted once.
    const key = `${Math.round(end)} ${fromLane} ${toLane} ${hop.number === null} ${hop.bounce.cause}`;
    if (drawn.has(key)) continue;
    drawn.add(key);
    connectors.push({ hop, fromLane, toLane, start, end });
  }
  return connectors;
}

function ribbonOf(steps: readonly Placed[], nodeOf: (step: Step) => string | null): RibbonPiece[] {
  const pieces: RibbonPiece[] = [];
  for (const { step, start, end } of steps) {
    const node = nodeOf(step);
    if (node === null) continue;
    const last = pieces.at(-1);
    // A stay too short to be seen beside the one before is left out.
    if (last && last.node !== node && start - last.start >= 1.5) {
      last.end = start;
      pieces.push({ node, start, end });
    } else if (last) last.end = Math.max(last.end, end);
    else pieces.push({ node, start, end });
  }
  return pieces;
}

/** Leaves out what would be drawn over another; of two, one that matters more stays. */
function thin<T extends { along: number }>(
  items: T[],
  gap: number,
  matters: (item: T) => boolean = () => false,
): T[] {
  const kept: T[] = [];
  for (const item of items) {
    const last = kept.at(-1);
    if (!last || item.along - last.along >= gap) kept.push(item);
    else if (matters(item) && !matters(last)) kept[kept.length - 1] = item;
  }
  return kept;
}
