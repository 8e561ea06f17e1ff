import type { Cause } from "@/lib/domain/causes";
import type { StreamEvent } from "@/lib/schemas/stream";

type Tick = Extract<StreamEvent, { type: "tick" }>;
export type TailLine = Tick["tail"][number] & { cause: Cause | null };

export interface Tail {
  lines: TailLine[];
  /** Lines that were received and not shown. */
  dropped: number;
  /** Ticks of the last seconds, for the rate. */
  ticks: { at: number; requests: number }[];
  /** Bounces whose line has not come yet, by request. */
  waiting: Map<string, Cause>;
}

export const emptyTail: Tail = { lines: [], dropped: 0, ticks: [], waiting: new Map() };

const keptLines = 200;
const rateMs = 5000;

/** The tail after one more event; a bounce marks its line, whichever came first. */
export function afterEvent(tail: Tail, event: StreamEvent, pool: string | null, now: number): Tail {
  if (event.type === "bounce") {
    if (pool !== null && event.bounce.pool !== pool) return tail;
    const { requestId, cause } = event.bounce;
    if (tail.lines.some((line) => line.id === requestId))
      return {
        ...tail,
        lines: tail.lines.map((line) => (line.id === requestId ? { ...line, cause } : line)),
      };
    const waiting = new Map([...tail.waiting].slice(-50));
    return { ...tail, waiting: waiting.set(requestId, cause) };
  }
  if (event.type !== "tick") return tail;
  const fresh = event.tail
    .filter((line) => pool === null || line.pool === pool)
    .map((line) => ({ ...line, cause: tail.waiting.get(line.id) ?? null }));
  return {
    ...tail,
    lines: [...tail.lines, ...fresh].slice(-keptLines),
    dropped: tail.dropped + event.dropped,
    ticks: [...tail.ticks, { at: now, requests: event.requests }].filter(
      (tick) => tick.at > now - rateMs,
    ),
  };
}

/** Lines a second, over the last five. */
export function tailRate(tail: Tail, now: number): number {
  return (
    tail.ticks
      .filter((tick) => tick.at > now - rateMs)
      .reduce((sum, tick) => sum + tick.requests, 0) /
    (rateMs / 1000)
  );
}
