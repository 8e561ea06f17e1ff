"use client";

import { useNow } from "@/lib/browser/clock";
import { useZone } from "@/lib/browser/zone";
import { formatDuration } from "@/lib/view/numbers";
import {
  epochOf,
  formatClock,
  formatDayClock,
  formatUtc,
  type Instant,
  isSameDay,
  type Precision,
  zoneName,
} from "@/lib/view/times";

/**
 * An instant in the page's zone; hovering shows local and UTC. Draws UTC on the server and until the
 * browser's zone is known. `day`: always, never, or (when left out) only if it is not today's.
 */
export function Time({
  at,
  precision = "second",
  day = "auto",
}: {
  at: Instant;
  precision?: Precision;
  day?: "auto" | "always" | "never";
}) {
  const { zone } = useZone();
  const now = useNow();
  const epoch = epochOf(at);
  const withDay = day === "always" || (day === "auto" && !isSameDay(epoch, now, zone));
  const full = `${formatDayClock(epoch, zone, "millisecond", now)} ${zoneName(epoch, zone)}`;
  return (
    <time
      dateTime={new Date(epoch).toISOString()}
      title={zone === "UTC" ? full : `${full}\n${formatUtc(epoch)}`}
      suppressHydrationWarning
    >
      {withDay ? formatDayClock(epoch, zone, precision, now) : formatClock(epoch, zone, precision)}
    </time>
  );
}

/** How long ago: `3 s ago`; within the last second: `just now`. */
export function Ago({ at }: { at: Instant }) {
  const now = useNow();
  const epoch = epochOf(at);
  const age = now - epoch;
  return (
    <time
      dateTime={new Date(epoch).toISOString()}
      title={formatUtc(epoch)}
      suppressHydrationWarning
    >
      {age < 1000 ? "just now" : `${formatDuration(age)} ago`}
    </time>
  );
}
