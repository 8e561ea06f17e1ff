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

/** At most so many values: each the mean of those it stands for; absent where all of them are. */
export function thinned(values: (number | null)[], most: number): (number | null)[] {
  if (values.length <= most) return values;
  return Array.from({ length: most }, (_, index) => {
    const part = values
      .slice(
        Math.floor((index * values.length) / most),
        Math.floor(((index + 1) * values.length) / most),
      )
      .filter((value) => value !== null);
    return part.length === 0 ? null : part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}
