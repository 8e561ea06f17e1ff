/** The plot's parts as SVG paths, lying down or standing. */
import type { Cause } from "@/lib/domain/causes";
import type { StatusLook } from "./timeline";
import { type Connector, laneParts, type Mark, type RibbonPiece } from "./timeline-layout";

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

/** Looks in the order in which they are painted: the worst are drawn last. */
export const looksInOrder: readonly StatusLook[] = [
  "plain",
  "outline",
  "ok",
  "client-error",
  "server-error",
];

/** One path for each look, so that ten thousand marks are five elements. */
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
  return looksInOrder
    .filter((look) => paths.has(look))
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

/** What draws a line through the plot, in its own directions. */
export interface Tracer {
  move(along: number, across: number): void;
  line(along: number, across: number): void;
  /** A quadratic curve over a corner. */
  bend(cornerAlong: number, cornerAcross: number, along: number, across: number): void;
  /** A cubic curve with its two handles. */
  curve(a1: number, c1: number, a2: number, c2: number, along: number, across: number): void;
}

/** Writes SVG path data. */
class PathTracer implements Tracer {
  data = "";

  constructor(private readonly turn: Turn) {}

  move(along: number, across: number): void {
    this.data += `M${this.turn.point(along, across)}`;
  }

  line(along: number, across: number): void {
    this.data += `L${this.turn.point(along, across)}`;
  }

  bend(cornerAlong: number, cornerAcross: number, along: number, across: number): void {
    const { turn } = this;
    this.data += `Q${turn.point(cornerAlong, cornerAcross)} ${turn.point(along, across)}`;
  }

  curve(a1: number, c1: number, a2: number, c2: number, along: number, across: number): void {
    const { turn } = this;
    this.data += `C${turn.point(a1, c1)} ${turn.point(a2, c2)} ${turn.point(along, across)}`;
  }
}

/** A step with rounded corners and an arrow head; a return is one soft curve. */
export function traceConnector(to: Tracer, connector: Connector, lanes: LaneSpace): void {
  const left = pathAcross(lanes, connector.fromLane);
  const reached = pathAcross(lanes, connector.toLane);
  const { end } = connector;
  const start = Math.min(connector.start, end);
  if (connector.hop.number === null) {
    const far = Math.min(start, end - 1);
    const handle = (reached - left) * 0.15;
    to.move(far, left);
    to.curve(far + 4, left + handle, end - 3, reached - handle, end, reached);
    return;
  }
  const turnAt = crossing(connector);
  const begin = Math.min(start, turnAt - 1);
  const sign = Math.sign(reached - left) || 1;
  const near = Math.max(Math.min(6, turnAt - begin), 0);
  const off = Math.max(Math.min(6, end - 1 - turnAt), 1);
  to.move(begin, left);
  to.line(turnAt - near, left);
  to.bend(turnAt, left, turnAt, left + sign * near);
  to.line(turnAt, reached - sign * off);
  to.bend(turnAt, reached, turnAt + off, reached);
  to.line(end - 1, reached);
  to.move(end - 5, reached - 3.5);
  to.line(end - 0.5, reached);
  to.line(end - 5, reached + 3.5);
}

export function connectorPath(connector: Connector, lanes: LaneSpace, turn: Turn): string {
  const tracer = new PathTracer(turn);
  traceConnector(tracer, connector, lanes);
  return tracer.data;
}

/** Connectors that are painted alike. */
export function connectorGroups(
  connectors: readonly Connector[],
): { cause: Cause; isReturn: boolean; connectors: Connector[] }[] {
  const groups = new Map<string, { cause: Cause; isReturn: boolean; connectors: Connector[] }>();
  for (const connector of connectors) {
    const { cause } = connector.hop.bounce;
    const isReturn = connector.hop.number === null;
    const key = isReturn ? "return" : cause;
    const group = groups.get(key);
    if (group) group.connectors.push(connector);
    else groups.set(key, { cause, isReturn, connectors: [connector] });
  }
  return [...groups.values()];
}

/** How strongly connectors are painted: hundreds side by side would hide what lies under them. */
export function connectorOpacity(connectors: number, length: number): number {
  return Math.max(0.25, Math.min(1, (0.2 * length) / Math.max(connectors, 1)));
}
