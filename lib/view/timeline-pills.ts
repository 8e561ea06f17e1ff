/** Where the hops' numbered pills lie, so that they cover neither marks nor each other. */
import { type Connector, laneParts, type PlotLayout } from "./timeline-layout";
import { crossing, type LaneSpace, markBox, pathAcross, type Turn } from "./timeline-paths";

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Pill extends Box {
  connector: Connector;
  /** False where there was room for the number only. */
  named: boolean;
}

const height = 22;
const most = 80;

/** @param widthOf the pixels that a cause's name takes */
export function placePills(
  layout: PlotLayout,
  lanes: LaneSpace,
  turn: Turn,
  extent: { width: number; height: number },
  widthOf: (text: string) => number,
  selected: number | null,
): Pill[] {
  const marks = layout.marks.map((mark) => {
    const box = markBox(mark, lanes);
    return turn.box(box.along, box.across, box.alongSize, box.acrossSize);
  });
  for (const glyph of layout.glyphs)
    marks.push(turn.box(glyph.along - 6, lanes.edge(glyph.lane) + laneParts.glyph - 6, 12, 12));
  // A band's words stand at its beginning.
  for (const { lane, start, end } of layout.bands) {
    const words = turn.box(start + 6, lanes.edge(lane) + 21, Math.min(end - start, 112), 25);
    if (words.width > words.height) marks.push(words);
  }
  const blocks = new Grid(marks);
  const pills: Pill[] = [];

  const numbered = layout.connectors.filter((connector) => connector.hop.number !== null);
  // The selected hop's pill is placed first: it is the one that is read.
  const chosen = numbered.find((connector) => connector.hop.number === selected);
  const crowded = numbered.length > most;
  for (const connector of spread(numbered, chosen)) {
    const digits = String(connector.hop.number ?? "").length;
    // A wide pill that is moved by its own width would stand at another hop: the number alone stays at its own.
    const full = {
      width: 31 + digits * 7 + widthOf(connector.hop.bounce.cause),
      named: true,
      far: false,
    };
    const short = { width: 14 + digits * 7, named: false, far: true };
    const sizes = crowded && connector !== chosen ? [short] : [full, short];
    const pill = sizes
      .map(({ width, named, far }) => {
        const box = freePlace(
          connector,
          lanes,
          turn,
          extent,
          { width, far },
          (candidate) =>
            blocks.hits(candidate) || pills.some((other) => overlaps(other, candidate)),
        );
        return box ? { ...box, connector, named } : null;
      })
      .find((found) => found !== null);
    if (pill) {
      pills.push(pill);
    } else if (connector.hop.number === selected) {
      const [box] = candidates(connector, lanes, turn, full);
      if (box) pills.push({ ...within(box, extent), connector, named: true });
    }
  }
  return pills.sort((a, b) => (a.connector.hop.number ?? 0) - (b.connector.hop.number ?? 0));
}

/** The chosen connector, then the others so far apart that each number has a place, `most` at the most. */
function spread(connectors: readonly Connector[], chosen: Connector | undefined): Connector[] {
  const kept: Connector[] = chosen ? [chosen] : [];
  const gap = connectors.length > most ? 26 : 0;
  let free = Number.NEGATIVE_INFINITY;
  for (const connector of connectors) {
    if (connector === chosen || connector.end < free) continue;
    kept.push(connector);
    free = connector.end + gap;
    if (kept.length === most) break;
  }
  return kept;
}

function freePlace(
  connector: Connector,
  lanes: LaneSpace,
  turn: Turn,
  extent: { width: number; height: number },
  size: { width: number; far: boolean },
  blocked: (box: Box) => boolean,
): Box | null {
  for (const candidate of candidates(connector, lanes, turn, size)) {
    const box = within(candidate, extent);
    if (!blocked(box)) return box;
  }
  return null;
}

/** On the connector between the two lanes; then to its left, then to its right, lane by lane; `far`: further aside too. */
function candidates(
  connector: Connector,
  lanes: LaneSpace,
  turn: Turn,
  { width, far }: { width: number; far: boolean },
): Box[] {
  const along = crossing(connector);
  const from = pathAcross(lanes, connector.fromLane);
  const to = pathAcross(lanes, connector.toLane);
  const steps = Math.max(1, Math.abs(connector.toLane - connector.fromLane));
  const places: Box[] = [];
  const middles = [0.5, ...Array.from({ length: steps }, (_, i) => (i + 0.5) / steps)];
  const centred = (shift: number, across: number): Box => {
    const at = turn.box(along, across, 0, 0);
    return { x: at.x - width / 2 + shift, y: at.y - height / 2, width, height };
  };
  const aside = far ? [-width - 12, width + 12] : [];
  for (const shift of [0, -width / 2 - 6, width / 2 + 6, ...aside])
    for (const middle of middles) places.push(centred(shift, from + (to - from) * middle));
  return places;
}

function within(box: Box, extent: { width: number; height: number }): Box {
  return {
    ...box,
    x: Math.min(Math.max(box.x, 1), Math.max(extent.width - box.width - 1, 1)),
    y: Math.min(Math.max(box.y, 1), Math.max(extent.height - box.height - 1, 1)),
  };
}

function overlaps(a: Box, b: Box): boolean {
  return (
    a.x < b.x + b.width + 2 &&
    b.x < a.x + a.width + 2 &&
    a.y < b.y + b.height + 2 &&
    b.y < a.y + a.height + 2
  );
}

/** Boxes by the squares that they touch, so that each question looks at few. */
class Grid {
  private readonly cells = new Map<number, Box[]>();

  constructor(boxes: readonly Box[]) {
    for (const box of boxes)
      for (const key of keysOf(box)) {
        const cell = this.cells.get(key);
        if (cell) cell.push(box);
        else this.cells.set(key, [box]);
      }
  }

  hits(box: Box): boolean {
    return keysOf(box).some((key) =>
      (this.cells.get(key) ?? []).some((other) => overlaps(other, box)),
    );
  }
}

function keysOf({ x, y, width, height }: Box): number[] {
  const size = 64;
  const keys: number[] = [];
  for (let column = Math.floor((x - 2) / size); column <= (x + width + 2) / size; column++)
    for (let row = Math.floor((y - 2) / size); row <= (y + height + 2) / size; row++)
      keys.push(column * 4096 + row);
  return keys;
}
