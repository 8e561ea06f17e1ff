import type { Alert } from "@/lib/schemas/alert";
import { stateWords } from "@/lib/view/alert-words";
import { Tag, type Tone } from "../ui/tag";

/** A filled diamond fires, an open one is looked after, a triangle waits, a tick is over. */
export function AlertMark({ alert }: { alert: Pick<Alert, "state" | "severity"> }) {
  const colour = alert.severity === "critical" ? "var(--bad)" : "var(--warn)";
  return (
    <svg width={12} height={12} viewBox="0 0 12 12" aria-hidden="true" className="al-mark">
      {alert.state === "firing" && <path d="M6 .5 11.5 6 6 11.5.5 6Z" fill={colour} />}
      {alert.state === "acknowledged" && (
        <path d="M6 1.3 10.7 6 6 10.7 1.3 6Z" fill="none" stroke={colour} strokeWidth="1.5" />
      )}
      {alert.state === "pending" && (
        <path d="M6 1 11.5 11H.5Z" fill="none" stroke="var(--warn)" strokeWidth="1.5" />
      )}
      {alert.state === "silenced" && (
        <path
          d="M1 11 11 1M3 8.5V5.5a3 3 0 0 1 5-2"
          fill="none"
          stroke="var(--text-3)"
          strokeWidth="1.5"
        />
      )}
      {alert.state === "resolved" && (
        <path d="m1.5 6.5 3 3 6-7" fill="none" stroke="var(--text-3)" strokeWidth="1.6" />
      )}
    </svg>
  );
}

export function AlertState({ alert }: { alert: Pick<Alert, "state" | "severity"> }) {
  const tone: Tone =
    alert.state === "firing"
      ? alert.severity === "critical"
        ? "bad"
        : "warn"
      : alert.state === "pending"
        ? "warn"
        : "plain";
  return <Tag tone={tone}>{stateWords[alert.state]}</Tag>;
}
