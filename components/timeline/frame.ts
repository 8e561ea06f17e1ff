/** The measures of the plot around its drawing: lying down on a wide screen, standing on a narrow one. */
import { type LaneSpace, lyingDown, standing, type Turn } from "@/lib/view/timeline-paths";

export interface Frame {
  upright: boolean;
  turn: Turn;
  /** Where along 0, across 0 lies. */
  origin: { x: number; y: number };
  /** Pixels along time. */
  length: number;
  width: number;
  height: number;
  lanes: LaneSpace;
  lanesSize: number;
  /** From one lane to the next. */
  pitch: number;
  ribbons: { intended: number; landed: number; size: number; between: number };
}

/** From this width on the plot lies down. */
export const lyingFrom = 700;
const laneSize = 47;
const labels = 134;
const top = 96;

export function plotFrame(width: number, lanes: number, steps: number): Frame {
  const count = Math.max(lanes, 1);
  return width >= lyingFrom ? lying(width, count) : upright(width, count, steps);
}

function lying(width: number, count: number): Frame {
  const lanesSize = count * laneSize;
  return {
    upright: false,
    turn: lyingDown,
    origin: { x: labels, y: top },
    length: Math.max(width - labels - 20, 200),
    width,
    height: top + lanesSize,
    lanes: { edge: (lane) => lane * laneSize, size: laneSize },
    lanesSize,
    pitch: laneSize,
    ribbons: { intended: -54, landed: -28, size: 15, between: -33.5 },
  };
}

function upright(width: number, count: number, steps: number): Frame {
  const left = 84;
  const size = Math.max(Math.floor((width - left - 6) / count), 48);
  const length = Math.min(Math.max(steps * 24, 460), 1300);
  return {
    upright: true,
    turn: standing,
    origin: { x: left, y: 46 },
    length,
    width: Math.max(width, left + 6 + size * count),
    height: 46 + length + 22,
    // A lane's parts lie about the middle of its column.
    lanes: { edge: (lane) => lane * size + size / 2 - 24, size: laneSize },
    lanesSize: size * count,
    pitch: size,
    ribbons: { intended: -24, landed: -13, size: 7, between: -14.5 },
  };
}
