import type { EventFact, Placed, RequestFact } from "@/lib/correlate/facts";
import type { Placement } from "@/lib/correlate/placement";
import type { EpochMs } from "@/lib/domain/facts";
import { latencyBucket } from "@/lib/domain/latency";
import type { BareRequests } from "@/lib/store/write/bare-requests";
import type { Dictionary } from "@/lib/store/write/dictionary";
import type { StoredChange } from "@/lib/store/write/marks";
import { sessionAt } from "@/lib/store/write/request-rows";
import { Rollups } from "@/lib/store/write/rollups";
import type { SessionGains } from "@/lib/store/write/session-gains";
import type { Shape } from "@/lib/store/write/shapes";
import { dayMs } from "./batch";

/** How far around a fact the judging of a pool's bounces may look. */
export const reviewMarginMs = 2 * 3_600_000;
/** An event further than this from a request says nothing of who served it. */
const meetingWindowMs = 10 * 60_000;
const minuteMs = 60_000;

/** What a batch's new facts add to the rollups. */
export function rollupsOf(
  requests: readonly RequestFact[],
  bare: BareRequests,
  events: readonly EventFact[],
  meetings: Placement["meetings"],
  dictionary: Dictionary,
): Rollups {
  const rollups = new Rollups();
  // By shape and minute first: a batch has a few of each, and of requests thousands.
  const cells = new Map<Shape, Cell>();
  const cellOf = (shape: Shape, startedAt: EpochMs) => {
    const minute = Math.floor(startedAt / minuteMs);
    let cell = cells.get(shape);
    if (cell === undefined || cell.minute !== minute) {
      if (cell !== undefined) addCell(rollups, shape, cell);
      cell = { minute, requests: 0, buckets: new Map() };
      cells.set(shape, cell);
    }
    return cell;
  };
  for (const { shape, durationMs, nodeAddress, startedAt } of requests) {
    const cell = cellOf(shape, startedAt);
    cell.requests += 1;
    if (durationMs !== null) {
      const bucket = latencyBucket(durationMs);
      cell.buckets.set(bucket, (cell.buckets.get(bucket) ?? 0) + 1);
    }
    if (shape.node !== null && nodeAddress !== null && nodeAddress !== shape.nodeName)
      rollups.addPair(shape.pool, shape.lb, shape.node, "log", nodeAddress);
  }
  for (let n = 0; n < bare.count; n++) {
    const shape = bare.shape(n);
    if (shape === undefined) continue;
    const cell = cellOf(shape, bare.startedAt[n] ?? 0);
    cell.requests += 1;
    const bucket = latencyBucket(bare.durationMs[n] ?? 0);
    cell.buckets.set(bucket, (cell.buckets.get(bucket) ?? 0) + 1);
  }
  for (const [shape, cell] of cells) addCell(rollups, shape, cell);
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

/** Requests of one shape in one minute. */
interface Cell {
  minute: number;
  requests: number;
  /** How many there are by their latency's bucket. */
  buckets: Map<number, number>;
}

function addCell(rollups: Rollups, shape: Shape, { minute, requests, buckets }: Cell): void {
  const { pool, lb, status } = shape;
  const node = shape.node ?? 0;
  rollups.addRequests({ pool, lb, node, at: minute * minuteMs, status, requests, buckets });
}

/** Whether the app looked the session up in its store. */
function isLookup(event: EventFact): boolean {
  return (
    event.type === "session.retrieved" || event.type === "session.missing" || event.hit !== null
  );
}

/** Sums up what the rows add to their sessions. */
export function addGains(gains: SessionGains, rows: readonly Placed[], bare: BareRequests): void {
  gains.addBare(bare);
  for (const { request, as } of rows) {
    if (as.tie === 0) continue;
    const { row, written } = request;
    if (as.session === written) gains.addOf(row.block, row.start + sessionAt, request);
    else gains.add(as.session, request);
  }
}

/** Facts bear on the judging of bounces around them: the times to be judged again, for each pool. */
export function reviewsOf(
  requests: readonly RequestFact[],
  bare: BareRequests,
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
  let pool = -1;
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  const reachAll = () => {
    if (first > last) return;
    reach(pool, first, reviewMarginMs);
    reach(pool, last, reviewMarginMs);
  };
  // Most follow another of their pool.
  const reachRequest = (shape: Shape, startedAt: EpochMs) => {
    if (shape.pool !== pool) {
      reachAll();
      pool = shape.pool;
      first = startedAt;
      last = startedAt;
    } else if (startedAt < first) first = startedAt;
    else if (startedAt > last) last = startedAt;
  };
  for (const { shape, startedAt } of requests) reachRequest(shape, startedAt);
  for (let n = 0; n < bare.count; n++) {
    const shape = bare.shape(n);
    if (shape !== undefined) reachRequest(shape, bare.startedAt[n] ?? 0);
  }
  reachAll();
  for (const event of events) reach(0, event.at, reviewMarginMs);
  // A change (a node going down) may be what a bounce hours later goes back to.
  for (const change of changes) reach(change.pool ?? 0, change.at, dayMs);
  return [...spans.values()];
}
