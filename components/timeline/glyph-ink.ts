import type { Inks } from "@/lib/browser/inks";
import type { EventType } from "./glyphs";

/** Paints an event about the pen's origin, as `EventGlyph` draws it. */
export function paintEvent(pen: CanvasRenderingContext2D, type: EventType, inks: Inks): void {
  switch (type) {
    case "session.created":
      pen.fillStyle = inks.of("var(--text)");
      polygon(pen, [0, -5, 5, 0, 0, 5, -5, 0]);
      pen.fill();
      return;
    case "session.retrieved":
      pen.fillStyle = inks.of("var(--text-3)");
      disc(pen, 2.2);
      pen.fill();
      return;
    case "session.updated":
      stroked(pen, inks.of("var(--text-2)"), 1.4);
      disc(pen, 3.2);
      pen.stroke();
      return;
    case "session.missing":
      pen.fillStyle = inks.of("var(--bad)");
      disc(pen, 6);
      pen.fill();
      stroked(pen, inks.of("var(--surface)"), 1.7);
      pen.lineCap = "round";
      line(pen, -2.3, -2.3, 2.3, 2.3);
      line(pen, 2.3, -2.3, -2.3, 2.3);
      pen.lineCap = "butt";
      return;
    case "session.destroyed":
      pen.fillStyle = inks.of("var(--surface)");
      stroked(pen, inks.of("var(--text)"), 1.6);
      pen.beginPath();
      pen.roundRect(-4.5, -4.5, 9, 9, 1);
      pen.fill();
      pen.stroke();
      stroked(pen, inks.of("var(--text)"), 1.4);
      line(pen, -4, 4, 4, -4);
      return;
    case "session.expired":
      stroked(pen, inks.of("var(--text)"), 1.5);
      pen.setLineDash([2.5, 2]);
      pen.beginPath();
      pen.roundRect(-4.5, -4.5, 9, 9, 1);
      pen.stroke();
      pen.setLineDash([]);
  }
}

function stroked(pen: CanvasRenderingContext2D, colour: string, width: number): void {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
}

function disc(pen: CanvasRenderingContext2D, radius: number): void {
  pen.beginPath();
  pen.arc(0, 0, radius, 0, 2 * Math.PI);
}

function polygon(pen: CanvasRenderingContext2D, points: readonly number[]): void {
  pen.beginPath();
  for (let index = 0; index + 1 < points.length; index += 2)
    pen.lineTo(points[index] ?? 0, points[index + 1] ?? 0);
  pen.closePath();
}

function line(pen: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  pen.beginPath();
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
  pen.stroke();
}
