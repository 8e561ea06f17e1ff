/** The plot's parts as SVG paths, lying down or standing, and what lies under a pointer. */
import type { Cause } from "@/lib/domain/causes";
import type { ChangeMark } from "@/lib/schemas/results";
import { type Hop, type StatusLook, statusLooks } from "./timeline";
import {
  type Connector,
  type Glyph,
  laneParts,
  type Mark,
  type PlotLayout,
  type RibbonPiece,
} from "./timeline-layout";

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
