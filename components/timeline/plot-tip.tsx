import { changeWord } from "@/components/ui/change-mark";
import type { ChangeMark } from "@/lib/schemas/results";
import { formatCount, formatDuration } from "@/lib/view/numbers";
import type { TimelineModel } from "@/lib/view/timeline";
import { formatClock, formatUtc, zoneName } from "@/lib/view/times";
import { eventWord } from "./glyphs";

export interface TipPlace {
  /** Within the plot's box. */
  x: number;
  y: number;
  /** Index of the request that lies there; null for a change. */
  step: number | null;
  change?: ChangeMark;
  /** Requests or events that share the place. */
  count: number;
}

/** What lies under the pointer; all of it is also in the table. */
export function PlotTip({
  model,
  step: index,
  change,
  count,
  x,
  y,
  zone,
  width,
  height,
}: TipPlace & { model: TimelineModel; zone: string; width: number; height: number }) {
  const left = Math.min(Math.max(x + 14, 8), Math.max(width - 300, 8));
  // Below the pointer, or above it near the plot's end.
  const style =
    y > height - 60 && height > 320 ? { left, bottom: height - y + 12 } : { left, top: y + 18 };
  if (change)
    return (
      <div className="tip tl-tip" style={style} aria-hidden="true">
        <p>
          <b>{`${formatClock(change.at, zone)} ${changeWord(change.kind)}`}</b>
        </p>
        <p>{change.title}</p>
        <p className="text-fg-3">
          {[change.pool, change.lb, change.node, change.author].filter(Boolean).join(", ")}
        </p>
      </div>
    );
  if (index === null) return null;
  const step = model.steps[index];
  if (!step) return null;
  const { request, intended, events, hop } = step;
  return (
    <div className="tip tl-tip" style={style} aria-hidden="true">
      <p className="flex justify-between gap-4">
        <b>{`${formatClock(step.start, zone, "millisecond")} ${zoneName(step.start, zone)}`}</b>
        <span className="text-fg-3">{zone === "UTC" ? "" : formatUtc(step.start).slice(11)}</span>
      </p>
      <p className="mono truncate">{`${request.method ?? ""} ${request.path ?? ""}`.trim()}</p>
      <p className="text-fg-2">
        {[
          request.status ?? "no status",
          formatDuration(request.durationMs),
          `via ${request.lb}`,
        ].join(", ")}
      </p>
      <p className="text-fg-2">
        {[
          intended.kind === "named" ? `cookie ${intended.node}` : null,
          intended.kind === "unsent" ? "cookie not sent" : null,
          request.node === null ? "reached no node" : `landed ${request.node}`,
        ]
          .filter((part) => part !== null)
          .join(", ")}
      </p>
      {hop && (
        <p>{`${hop.number === null ? "Return" : `Hop ${hop.number}`}: ${hop.bounce.cause}`}</p>
      )}
      {events.length > 0 && (
        <p className="text-fg-2">{`Session ${events.map((event) => eventWord(event.type)).join(", ")}`}</p>
      )}
      {count > 1 && (
        <p className="text-fg-3">{`${formatCount(count)} requests share this place; zoom in`}</p>
      )}
    </div>
  );
}
