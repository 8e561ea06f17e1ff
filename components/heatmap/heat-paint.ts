import type { Heatmap } from "@/lib/schemas/heatmap";
import type { HeatScale } from "@/lib/view/heatmap";
import { type Ramps, shadeOf } from "./ramp";

/** Above this share of errors a cell has a red corner. */
export const errorMark = 0.02;

/** No traffic is hatched, which is not zero. Cells keep a line between them where there is room. */
export function paintHeatmap(
  pen: CanvasRenderingContext2D,
  data: Heatmap,
  scale: HeatScale,
  ramps: Ramps,
  width: number,
  rowHeight: number,
): void {
  const columns = data.times.length;
  const cell = width / Math.max(columns, 1);
  const line = cell > 5 ? 1 : 0;
  const ramp = scale.middle === null ? ramps.heat : ramps.share;
  pen.clearRect(0, 0, width, data.nodes.length * rowHeight);
  const empty: { x: number; y: number; width: number; height: number }[] = [];
  data.values.forEach((row, node) => {
    const y = node * rowHeight;
    for (let column = 0; column < columns; column++) {
      const x = Math.round(column * cell);
      const size = Math.round((column + 1) * cell) - x - line;
      const value = row[column] ?? null;
      if (value === null) {
        // Neighbours without traffic are one box.
        const last = empty.at(-1);
        if (last && last.y === y && last.x + last.width + line >= x) last.width = x + size - last.x;
        else empty.push({ x, y, width: size, height: rowHeight - 1 });
        continue;
      }
      pen.fillStyle = shadeOf(ramp, scale.place(value));
      pen.fillRect(x, y, size, rowHeight - 1);
      if (data.metric === "errors" && value > errorMark && size >= 6)
        corner(pen, x + size, y, ramps.bad);
    }
  });
  hatch(pen, empty, ramps.control);
}

function corner(pen: CanvasRenderingContext2D, right: number, y: number, colour: string): void {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.moveTo(right - 5, y);
  pen.lineTo(right, y);
  pen.lineTo(right, y + 5);
  pen.fill();
}

/** Lines of one slope over the whole picture, so that neighbouring boxes join; drawn in one stroke. */
function hatch(
  pen: CanvasRenderingContext2D,
  boxes: readonly { x: number; y: number; width: number; height: number }[],
  colour: string,
): void {
  pen.save();
  pen.strokeStyle = colour;
  pen.globalAlpha = 0.55;
  pen.lineWidth = 0.8;
  pen.beginPath();
  for (const { x, y, width, height } of boxes) {
    const right = x + width;
    const bottom = y + height;
    for (let sum = Math.ceil((x + y) / 5) * 5; sum <= right + bottom; sum += 5) {
      // The line x + y = sum, cut to the box.
      const fromX = Math.min(right, sum - y);
      const toX = Math.max(x, sum - bottom);
      pen.moveTo(fromX, sum - fromX);
      pen.lineTo(toX, sum - toX);
    }
  }
  pen.stroke();
  pen.restore();
}
