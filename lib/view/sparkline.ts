export interface Frame {
  width: number;
  height: number;
  low: number;
  high: number;
}

/** An SVG path through the values, broken where one is absent, and where its last value lies. */
export function linePath(
  values: (number | null)[],
  frame: Frame,
): { path: string; end: { x: number; y: number } | null } {
  const margin = 3;
  const span = frame.high - frame.low || 1;
  const step = values.length > 1 ? (frame.width - 2 * margin) / (values.length - 1) : 0;
  let path = "";
  let pen = "M";
  let end: { x: number; y: number } | null = null;
  values.forEach((value, index) => {
    if (value === null) {
      pen = "M";
      return;
    }
    const x = margin + index * step;
    const share = frame.high === frame.low ? 0.5 : (value - frame.low) / span;
    const y = frame.height - margin - share * (frame.height - 2 * margin);
    path += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
    pen = "L";
    end = { x, y };
  });
  return { path, end };
}
