import { Tag } from "@/components/ui/tag";
import { CLOCK_LIMIT_MS } from "@/lib/domain/clock";
import { formatDuration } from "@/lib/view/numbers";

/** How far a clock is ahead or behind, with a warning above the limit. */
export function ClockOffset({ ms }: { ms: number | null }) {
  const words = clockWords(ms);
  return ms !== null && Math.abs(ms) > CLOCK_LIMIT_MS ? <Tag tone="warn">{words}</Tag> : words;
}

function clockWords(ms: number | null): string {
  if (ms === null) return "–";
  if (Math.round(ms) === 0) return "0 ms";
  return `${formatDuration(Math.abs(Math.round(ms)))} ${ms > 0 ? "ahead" : "behind"}`;
}
