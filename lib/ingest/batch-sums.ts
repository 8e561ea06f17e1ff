import type { EventFact, RequestFact } from "@/lib/correlate/facts";
import type { Placed, Placement } from "@/lib/correlate/placement";
import type { EpochMs } from "@/lib/domain/facts";
import { latencyBucket } from "@/lib/domain/latency";
import type { Dictionary } from "@/lib/store/write/dictionary";
import type { StoredChange } from "@/lib/store/write/marks";
import { Rollups } from "@/lib/store/write/rollups";
import { type SessionGain, SessionGains } from "@/lib/store/write/session-gains";
import { dayMs } from "./batch";

/** How far around a fact the judging of a pool's bounces may look. */
export const reviewMarginMs = 2 * 3_600_000;
/** An event further than this from a request says nothing of who served it. */
const meetingWindowMs = 10 * 60_000;

/** What a batch's new facts add to the rollups. */
export function rollupsOf(
  requests: readonly RequestFact[],
  events: readonly EventFact[],
  meetings: Placement["meetings"],
  dictionary: Dictionary,
): Rollups {
  const rollups = new Rollups();
  for (const request of requests) {
    const { shape } = request;
    rollups.addRequest({
      pool: shape.pool,
      lb: shape.lb,
      node: shape.node ?? 0,
      startedAt: request.startedAt,
      status: shape.status,
      bucket: request.durationMs === null ? null : latencyBucket(request.durationMs),
    });
    const { nodeAddress } = request;
    if (shape.node !== null && nodeAddress !== null && nodeAddress !== shape.nodeName)
      rollups.addPair(shape.pool, shape.lb, shape.node, "log", nodeAddress);
  }
  for (const event of events)
    if (isLookup(event))
      rollups.addLookup(
        dictionary.pool(event.pool),
        event.at,
        event.store ?? "",
        event.node ?? "",
        event.type === "session.missing" || event.hit === false,
      );
  for (const { event, pool, lb, node, startedAt } of meetings)
    if (node !== null && event.node !== null && Math.abs(event.at - startedAt) <= meetingWindowMs)
      rollups.addPair(pool, lb, node, "app", event.node);
  return rollups;
}

/** Whether the app looked the session up in its store. */
function isLookup(event: EventFact): boolean {
  return (
    event.type === "session.retrieved" || event.type === "session.missing" || event.hit !== null
  );
}

/** What the rows add to their sessions. */
export function gainsOf(rows: readonly Placed[]): SessionGain[] {
  const gains = new SessionGains();
  for (const { request, as } of rows) if (as.tie !== 0) gains.add(as.session, request);
  return gains.list();
}

/** Facts bear on the judging of bounces around them: the times to be judged again, for each pool. */
export function reviewsOf(
  requests: readonly RequestFact[],
  events: readonly EventFact[],
  changes: readonly Pick<StoredChange, "pool" | "at">[],
): { pool: number; from: EpochMs; to: EpochMs }[] {
  const spans = new Map<number, { pool: number; from: EpochMs; to: EpochMs }>();
  const reach = (pool: number, at: EpochMs, after: number) => {
    const span = spans.get(pool);
    if (!span) spans.set(pool, { pool, from: at - reviewMarginMs, to: at + after });
    else {
      span.from = Math.min(span.from, at - reviewMarginMs);
      span.to = Math.max(span.to, at + after);
    }
  };
  for (const request of requests) reach(request.shape.pool, request.startedAt, reviewMarginMs);
  for (const event of events) reach(0, event.at, reviewMarginMs);
  // A change (a node going down) may be what a bounce hours later goes back to.
  for (const change of changes) reach(change.pool ?? 0, change.at, dayMs);
  return [...spans.values()];
}
