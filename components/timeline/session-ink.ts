import { causeColour } from "@/components/ui/cause-chip";
import type { Inks } from "@/lib/browser/inks";
import { causes } from "@/lib/domain/causes";
import { nodeLook, nodeShapePaths, nodeShapes } from "@/lib/view/node-look";
import type { StatusLook } from "@/lib/view/timeline";
import {
  laneParts,
  type Mark,
  type PlotLayout,
  type RibbonPiece,
} from "@/lib/view/timeline-layout";
import {
  connectorGroups,
  connectorOpacity,
  looksInOrder,
  markBox,
  pathAcross,
  type Tracer,
  traceConnector,
} from "@/lib/view/timeline-paths";
import type { TimeScale } from "@/lib/view/timeline-scale";
import type { Frame } from "./frame";
import { paintEvent } from "./glyph-ink";
import { lookPaint } from "./glyphs";

/** Every colour that the session is painted with. */
export const sessionColours: readonly string[] = [
  ...nodeShapes.map((_, ordinal) => nodeLook(ordinal).colour),
  nodeLook(null).colour,
  ...causes.map(causeColour),
  "var(--text)",
  "var(--text-2)",
  "var(--text-3)",
  "var(--surface)",
  "var(--raised)",
  "var(--line-2)",
  "var(--control)",
  "var(--bad)",
  "var(--warn)",
  "var(--st-2xx)",
  "var(--st-3xx)",
  "var(--st-4xx)",
  "var(--st-5xx)",
];

/** A hop's number on its way, while its button rests. */
export interface Ghost {
  x: number;
  y: number;
  width: number;
  height: number;
  number: number;
}

export interface SessionPicture {
  frame: Frame;
  layout: PlotLayout;
  scale: TimeScale;
  ordinalOf: (node: string) => number | null;
  ghosts: readonly Ghost[];
}

type Pen = CanvasRenderingContext2D;

/** Paints what `PlotSession` draws as shapes, in the same order. The pen's origin is the plot's. */
export function paintSession(pen: Pen, picture: SessionPicture, inks: Inks): void {
  const { frame, layout, scale } = picture;
  const { ribbons } = frame;
  paintRibbon(pen, layout.ribbons.intended, ribbons.intended, picture, inks);
  paintRibbon(pen, layout.ribbons.landed, ribbons.landed, picture, inks);
  paintUnsent(pen, layout.unsent, frame, inks);
  paintBindings(pen, layout, frame, inks);
  paintDifferences(pen, layout, frame, inks);
  paintThreads(pen, layout, frame, inks);
  paintConnectors(pen, layout, frame, scale, inks);
  for (const look of looksInOrder) paintMarks(pen, layout.marks, look, frame, inks);
  for (const { type, along, lane } of layout.glyphs) {
    const at = frame.turn.box(along, frame.lanes.edge(lane) + laneParts.glyph, 0, 0);
    pen.translate(at.x, at.y);
    paintEvent(pen, type, inks);
    pen.translate(-at.x, -at.y);
  }
  paintGhosts(pen, picture.ghosts, inks);
}

function fillBox(
  pen: Pen,
  frame: Frame,
  along: number,
  across: number,
  alongSize: number,
  acrossSize: number,
): void {
  if (frame.upright) pen.fillRect(across, along, acrossSize, alongSize);
  else pen.fillRect(along, across, alongSize, acrossSize);
}

function paintRibbon(
  pen: Pen,
  pieces: readonly RibbonPiece[],
  across: number,
  { frame, ordinalOf }: SessionPicture,
  inks: Inks,
): void {
  const { size } = frame.ribbons;
  const lengthOf = ({ start, end }: RibbonPiece) => Math.max(end - start - 0.5, 1);
  // Colour by colour: of a long session's thousand pieces, changing the ink costs more than what is painted with it.
  const ofNodes = new Map<string, RibbonPiece[]>();
  for (const piece of pieces) {
    const known = ofNodes.get(piece.node);
    if (known) known.push(piece);
    else ofNodes.set(piece.node, [piece]);
  }
  for (const isEdge of [false, true]) {
    pen.globalAlpha = isEdge ? 1 : 0.26;
    for (const [node, own] of ofNodes) {
      pen.fillStyle = inks.of(nodeLook(ordinalOf(node)).colour);
      for (const piece of own) {
        const length = lengthOf(piece);
        fillBox(pen, frame, piece.start, across, isEdge ? Math.min(2.5, length) : length, size);
      }
    }
  }
  if (frame.upright) return;
  pen.font = `11px ${inks.fontFamily}`;
  for (const { node, start, end } of pieces) {
    if (end - start <= 18) continue;
    paintNodeMark(pen, ordinalOf(node), start + 7, across + 3.5, 8, inks);
    if (end - start <= 24 + node.length * 6.2) continue;
    pen.fillStyle = inks.of("var(--text)");
    pen.fillText(node, start + 19, across + 11.5);
  }
}

const shapes = new Map<string, Path2D>();

function paintNodeMark(
  pen: Pen,
  ordinal: number | null,
  x: number,
  y: number,
  size: number,
  inks: Inks,
): void {
  const look = nodeLook(ordinal);
  const shape = shapes.get(look.shape) ?? new Path2D(nodeShapePaths[look.shape]);
  shapes.set(look.shape, shape);
  pen.save();
  pen.translate(x, y);
  pen.scale(size / 12, size / 12);
  if (look.outlined) {
    pen.strokeStyle = inks.of(look.colour);
    pen.lineWidth = 1.6;
    pen.stroke(shape);
  } else {
    pen.fillStyle = inks.of(look.colour);
    pen.fill(shape);
  }
  pen.restore();
}

function paintUnsent(pen: Pen, places: readonly number[], frame: Frame, inks: Inks): void {
  if (places.length === 0) return;
  pen.strokeStyle = inks.of("var(--warn)");
  pen.lineWidth = 1;
  pen.setLineDash([3, 2]);
  for (const along of places) {
    const { x, y, width, height } = frame.turn.box(
      along,
      frame.ribbons.intended + 0.5,
      3,
      frame.ribbons.size - 1,
    );
    pen.strokeRect(x, y, width, height);
  }
  pen.setLineDash([]);
}

function paintBindings(pen: Pen, layout: PlotLayout, frame: Frame, inks: Inks): void {
  if (frame.upright) return;
  pen.font = `10.5px ${inks.fontFamily}`;
  pen.fillStyle = inks.of("var(--text-2)");
  for (const { along, node } of layout.bindings)
    pen.fillText(bindingWords(node), along + 8, frame.ribbons.between + 3.5);
}

/** What a response bound the session to, cut to the room there is. */
export function bindingWords(node: string): string {
  return `set ${node.length > 16 ? `${node.slice(0, 15)}…` : node}`;
}

function paintDifferences(pen: Pen, layout: PlotLayout, frame: Frame, inks: Inks): void {
  const size = frame.upright ? 0.8 : 1;
  pen.lineWidth = 1.4;
  for (const lost of [false, true]) {
    pen.strokeStyle = inks.of(lost ? "var(--bad)" : "var(--text)");
    pen.beginPath();
    for (const one of layout.differences) {
      if (one.lost !== lost) continue;
      const { between } = frame.ribbons;
      const { x, y } = frame.turn.box(one.along + 1.5, between + (frame.upright ? 0.5 : 0), 0, 0);
      pen.moveTo(x - 4 * size, y - 2 * size);
      pen.lineTo(x + 4 * size, y - 2 * size);
      pen.moveTo(x - 4 * size, y + 2 * size);
      pen.lineTo(x + 4 * size, y + 2 * size);
      pen.moveTo(x + 2 * size, y - 4.5 * size);
      pen.lineTo(x - 2 * size, y + 4.5 * size);
    }
    pen.stroke();
  }
}

function paintThreads(pen: Pen, layout: PlotLayout, frame: Frame, inks: Inks): void {
  pen.globalAlpha = 0.75;
  for (const { lane, start, end } of layout.threads) {
    pen.fillStyle = inks.of(nodeLook(layout.lanes[lane]?.ordinal).colour);
    fillBox(pen, frame, start, pathAcross(frame.lanes, lane) - 0.75, end - start, 1.5);
  }
  pen.globalAlpha = 1;
}

/** Traces lines with a canvas' pen, lying down or standing. */
class PenTracer implements Tracer {
  constructor(
    private readonly pen: Pen,
    private readonly upright: boolean,
  ) {}

  move(along: number, across: number): void {
    if (this.upright) this.pen.moveTo(across, along);
    else this.pen.moveTo(along, across);
  }

  line(along: number, across: number): void {
    if (this.upright) this.pen.lineTo(across, along);
    else this.pen.lineTo(along, across);
  }

  bend(cornerAlong: number, cornerAcross: number, along: number, across: number): void {
    if (this.upright) this.pen.quadraticCurveTo(cornerAcross, cornerAlong, across, along);
    else this.pen.quadraticCurveTo(cornerAlong, cornerAcross, along, across);
  }

  curve(a1: number, c1: number, a2: number, c2: number, along: number, across: number): void {
    if (this.upright) this.pen.bezierCurveTo(c1, a1, c2, a2, across, along);
    else this.pen.bezierCurveTo(a1, c1, a2, c2, along, across);
  }
}

function paintConnectors(
  pen: Pen,
  layout: PlotLayout,
  frame: Frame,
  scale: TimeScale,
  inks: Inks,
): void {
  const tracer = new PenTracer(pen, frame.upright);
  pen.lineJoin = "round";
  pen.globalAlpha = connectorOpacity(layout.connectors.length, scale.length);
  for (const { cause, isReturn, connectors } of connectorGroups(layout.connectors)) {
    pen.strokeStyle = inks.of(isReturn ? "var(--text-3)" : causeColour(cause));
    pen.lineWidth = isReturn ? 1.3 : 1.7;
    if (isReturn) pen.setLineDash([2, 2.5]);
    pen.beginPath();
    for (const connector of connectors) traceConnector(tracer, connector, frame.lanes);
    pen.stroke();
    pen.setLineDash([]);
  }
  pen.globalAlpha = 1;
  pen.lineJoin = "miter";
}

/** Boxes one by one: a path of thousands of boxes takes far longer to fill. */
function paintMarks(
  pen: Pen,
  marks: readonly Mark[],
  look: StatusLook,
  frame: Frame,
  inks: Inks,
): void {
  const paint = lookPaint(look);
  const filled = paint.fill !== "none";
  if (filled) pen.fillStyle = inks.of(paint.fill);
  if (paint.stroke) pen.strokeStyle = inks.of(paint.stroke);
  pen.lineWidth = paint.strokeWidth ?? 1;
  const inset = paint.stroke ? 0.65 : 0;
  for (const mark of marks) {
    if (mark.look !== look) continue;
    const { along, across, alongSize, acrossSize } = markBox(mark, frame.lanes);
    const { x, y, width, height } = frame.turn.box(
      along + inset,
      across + inset,
      Math.max(alongSize - 2 * inset, 0.5),
      acrossSize - 2 * inset,
    );
    if (filled) pen.fillRect(x, y, width, height);
    if (paint.stroke) pen.strokeRect(x, y, width, height);
    if (look === "client-error") paintFlag(pen, frame, along + alongSize / 2, across);
  }
}

/** The small triangle above a mark that was the client's fault. */
function paintFlag(pen: Pen, frame: Frame, along: number, across: number): void {
  const tracer = new PenTracer(pen, frame.upright);
  pen.beginPath();
  tracer.move(along - 3.5, across - 1);
  tracer.line(along + 3.5, across - 1);
  tracer.line(along, across - 6);
  pen.fill();
}

function paintGhosts(pen: Pen, ghosts: readonly Ghost[], inks: Inks): void {
  if (ghosts.length === 0) return;
  pen.font = `650 11.5px ${inks.fontFamily}`;
  pen.strokeStyle = inks.of("var(--line-2)");
  pen.lineWidth = 1;
  for (const { x, y, width, height, number } of ghosts) {
    pen.fillStyle = inks.of("var(--raised)");
    pen.beginPath();
    pen.roundRect(x, y, width, height, 4);
    pen.fill();
    pen.stroke();
    pen.fillStyle = inks.of("var(--text)");
    pen.fillText(String(number), x + 7, y + 15);
  }
}
