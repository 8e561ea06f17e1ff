/**
 * Where everything on the timeline's plot lies. `along` runs with time, `across`
 * over the lanes; a wide screen draws along as x, a narrow one as y. However many
 * requests there are, what is drawn is bounded by the plot's pixels.
 */
import type { Cause } from "@/lib/domain/causes";
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
  const inView = model.steps
    .filter((step) => step.end >= window.from && step.start <= window.to)
    .map(placed);

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

/** How the plot's directions become SVG's. */
export interface Turn {
  /** `x y` of a place. */
  point: (along: number, across: number) => string;
  /** `x`, `y`, `width` and `height` of a box. */
  box: (
    along: number,
    across: number,
    alongSize: number,
    acrossSize: number,
  ) => { x: number; y: number; width: number; height: number };
}

export const lyingDown: Turn = {
  point: (along, across) => `${round(along)} ${round(across)}`,
  box: (along, across, alongSize, acrossSize) => ({
    x: along,
    y: across,
    width: alongSize,
    height: acrossSize,
  }),
};

export const standing: Turn = {
  point: (along, across) => `${round(across)} ${round(along)}`,
  box: (along, across, alongSize, acrossSize) => ({
    x: across,
    y: along,
    width: acrossSize,
    height: alongSize,
  }),
};

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

export interface LaneSpace {
  /** The near edge of a lane. */
  edge: (lane: number) => number;
  size: number;
}

/** The middle of a lane's first row, where the session's path runs. */
export function pathAcross(lanes: LaneSpace, lane: number): number {
  return lanes.edge(lane) + laneParts.mark + laneParts.markSize / 2;
}

export function markBox(mark: Mark, lanes: LaneSpace) {
  const taller = mark.look === "server-error" ? 1.5 : 0;
  return {
    along: mark.start,
    across:
      lanes.edge(mark.lane) + (mark.row === 0 ? laneParts.mark : laneParts.secondRow) - taller,
    alongSize: mark.end - mark.start,
    acrossSize: laneParts.markSize + 2 * taller,
  };
}

/** One path for each look, so that ten thousand marks are five elements. The worst are drawn last. */
export function markPaths(
  marks: readonly Mark[],
  lanes: LaneSpace,
  turn: Turn,
): { look: StatusLook; path: string }[] {
  const paths = new Map<StatusLook, string[]>();
  for (const mark of marks) {
    const { along, across, alongSize, acrossSize } = markBox(mark, lanes);
    const inset = mark.look === "outline" || mark.look === "plain" ? 0.65 : 0;
    const pieces = paths.get(mark.look) ?? [];
    pieces.push(
      boxPath(turn, along + inset, across + inset, alongSize - 2 * inset, acrossSize - 2 * inset),
    );
    if (mark.look === "client-error") {
      const middle = along + alongSize / 2;
      pieces.push(
        `M${turn.point(middle - 3.5, across - 1)}L${turn.point(middle + 3.5, across - 1)}L${turn.point(middle, across - 6)}Z`,
      );
    }
    paths.set(mark.look, pieces);
  }
  const order: StatusLook[] = ["plain", "outline", "ok", "client-error", "server-error"];
  return order
    .filter((look) => statusLooks.includes(look) && paths.has(look))
    .map((look) => ({ look, path: (paths.get(look) ?? []).join("") }));
}

function boxPath(turn: Turn, along: number, across: number, a: number, c: number): string {
  const box = turn.box(along, across, Math.max(a, 0.5), c);
  const width = round(box.width);
  return `M${round(box.x)} ${round(box.y)}h${width}v${round(box.height)}h${-width}Z`;
}

/** A ribbon's stays as one path for each node, and the lines that they begin with. */
export function ribbonPaths(
  pieces: readonly RibbonPiece[],
  across: number,
  size: number,
  turn: Turn,
): { node: string; stays: string; starts: string }[] {
  const paths = new Map<string, { node: string; stays: string; starts: string }>();
  for (const { node, start, end } of pieces) {
    const path = paths.get(node) ?? { node, stays: "", starts: "" };
    const length = Math.max(end - start - 0.5, 1);
    path.stays += boxPath(turn, start, across, length, size);
    path.starts += boxPath(turn, start, across, Math.min(2.5, length), size);
    paths.set(node, path);
  }
  return [...paths.values()];
}

/** Along which the connector crosses the lanes, a little before its arrival. */
export function crossing(connector: Connector): number {
  return Math.max(connector.end - 9, Math.min(connector.start, connector.end - 3));
}

/** A step with rounded corners and an arrow head; a return is one soft curve. */
export function connectorPath(connector: Connector, lanes: LaneSpace, turn: Turn): string {
  const from = pathAcross(lanes, connector.fromLane);
  const to = pathAcross(lanes, connector.toLane);
  const { end } = connector;
  const start = Math.min(connector.start, end);
  if (connector.hop.number === null) {
    const far = Math.min(start, end - 1);
    return `M${turn.point(far, from)}C${turn.point(far + 4, from + (to - from) * 0.15)} ${turn.point(end - 3, to - (to - from) * 0.15)} ${turn.point(end, to)}`;
  }
  const turnAt = crossing(connector);
  const begin = Math.min(start, turnAt - 1);
  const sign = Math.sign(to - from) || 1;
  const near = Math.max(Math.min(6, turnAt - begin), 0);
  const off = Math.max(Math.min(6, end - 1 - turnAt), 1);
  return [
    `M${turn.point(begin, from)}L${turn.point(turnAt - near, from)}`,
    `Q${turn.point(turnAt, from)} ${turn.point(turnAt, from + sign * near)}`,
    `L${turn.point(turnAt, to - sign * off)}`,
    `Q${turn.point(turnAt, to)} ${turn.point(turnAt + off, to)}L${turn.point(end - 1, to)}`,
    `M${turn.point(end - 5, to - 3.5)}L${turn.point(end - 0.5, to)}L${turn.point(end - 5, to + 3.5)}`,
  ].join("");
}

/** Connectors that are painted alike, as one path each. */
export function connectorPaths(
  connectors: readonly Connector[],
  lanes: LaneSpace,
  turn: Turn,
): { cause: Cause; isReturn: boolean; path: string }[] {
  const groups = new Map<string, { cause: Cause; isReturn: boolean; pieces: string[] }>();
  for (const connector of connectors) {
    const { cause } = connector.hop.bounce;
    const isReturn = connector.hop.number === null;
    const key = isReturn ? "return" : cause;
    const group = groups.get(key) ?? { cause, isReturn, pieces: [] };
    group.pieces.push(connectorPath(connector, lanes, turn));
    groups.set(key, group);
  }
  return [...groups.values()].map(({ cause, isReturn, pieces }) => ({
    cause,
    isReturn,
    path: pieces.join(""),
  }));
}

/** What lies under the pointer: a hop's connector before a mark, so that a hop is easy to reach. */
export function hitPlot(
  layout: PlotLayout,
  lanes: LaneSpace,
  along: number,
  across: number,
):
  | { kind: "hop"; hop: Hop }
  | { kind: "mark"; mark: Mark }
  | { kind: "glyph"; glyph: Glyph }
  | { kind: "change"; change: ChangeMark }
  | null {
  for (const mark of layout.marks.toReversed()) {
    const box = markBox(mark, lanes);
    if (
      along >= box.along - 2 &&
      along <= box.along + box.alongSize + 2 &&
      across >= box.across - 1 &&
      across <= box.across + box.acrossSize + 1
    )
      return { kind: "mark", mark };
  }
  for (const glyph of layout.glyphs) {
    const middle = lanes.edge(glyph.lane) + laneParts.glyph;
    if (Math.abs(along - glyph.along) <= 6 && Math.abs(across - middle) <= 7)
      return { kind: "glyph", glyph };
  }
  for (const connector of layout.connectors) {
    const ends = [pathAcross(lanes, connector.fromLane), pathAcross(lanes, connector.toLane)];
    const at = connector.hop.number === null ? connector.end : crossing(connector);
    if (
      Math.abs(along - at) <= 4 &&
      across >= Math.min(...ends) - 2 &&
      across <= Math.max(...ends) + 2
    )
      return { kind: "hop", hop: connector.hop };
  }
  const change = layout.changes.find((candidate) => Math.abs(candidate.along - along) <= 3);
  return change ? { kind: "change", change: change.change } : null;
}
