import { linePath, thinned } from "@/lib/view/sparkline";

const width = 88;
const height = 28;
const points = 30;

/** The shape of a figure over the range, the period before dotted; gaps stay gaps. */
export function Sparkline({
  values,
  previous = [],
  bad = false,
}: {
  values: (number | null)[];
  previous?: (number | null)[];
  bad?: boolean;
}) {
  const now = thinned(values, points);
  const before = thinned(previous, points);
  const all = [...now, ...before].filter((value) => value !== null);
  const low = Math.min(...all);
  const high = Math.max(...all);
  if (all.length < 2) return null;
  const frame = { width, height, low, high };
  const line = linePath(now, frame);
  const colour = bad ? "var(--bad)" : "var(--text-2)";
  return (
    <svg
      className="sparkline"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      aria-hidden="true"
    >
      <path
        d={linePath(before, frame).path}
        fill="none"
        stroke="var(--text-3)"
        strokeDasharray="1.5 2.5"
      />
      <path d={line.path} fill="none" stroke={colour} strokeWidth="1.3" strokeLinejoin="round" />
      {line.end && (
        <circle cx={line.end.x} cy={line.end.y} r="2.2" fill={bad ? colour : "var(--text)"} />
      )}
    </svg>
  );
}
