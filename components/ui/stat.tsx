import type { ReactNode } from "react";
import { Icon } from "./icon";

export interface StatDelta {
  direction: "up" | "down" | "same";
  /** `30.6`, `2.71 pp`. */
  text: string;
  /** Red: worse, and by more than what happens by chance. */
  bad: boolean;
}

/** A figure: label, value with unit, how it differs from before, and its shape. */
export function Stat({
  label,
  value,
  unit,
  delta,
  note,
  bad = false,
  chart,
}: {
  label: ReactNode;
  value: string;
  unit?: string;
  delta?: StatDelta | null;
  note?: ReactNode;
  bad?: boolean;
  chart?: ReactNode;
}) {
  return (
    <span className={`stat ${bad ? "bad" : ""}`}>
      <span className="stat-label">{label}</span>
      <span className="stat-value">
        {value}
        {unit && <small>{unit}</small>}
      </span>
      <span className="stat-note">
        {delta && delta.direction !== "same" && (
          <span className={delta.bad ? "text-bad" : "text-fg-2"}>
            <span className="vh">{delta.direction === "up" ? "up" : "down"} </span>
            <Triangle down={delta.direction === "down"} /> {delta.text}
          </span>
        )}{" "}
        {note}
      </span>
      {chart && <span className="stat-chart">{chart}</span>}
    </span>
  );
}

function Triangle({ down }: { down: boolean }) {
  return (
    <svg width="9" height="8" viewBox="0 0 9 8" className="inline" aria-hidden="true">
      <path d={down ? "M0 .5h9L4.5 7.5Z" : "M0 7.5h9L4.5.5Z"} fill="currentColor" />
    </svg>
  );
}

/** `up 30.6` as an arrow and a number, for tables. */
export function Delta({ delta }: { delta: StatDelta }) {
  if (delta.direction === "same") return <span className="text-fg-3">same</span>;
  return (
    <span className={`inline-flex items-center gap-1 ${delta.bad ? "text-bad" : "text-fg-2"}`}>
      <Icon name={delta.direction === "up" ? "arrow-up" : "arrow-down"} size={12} />
      {delta.text}
    </span>
  );
}
