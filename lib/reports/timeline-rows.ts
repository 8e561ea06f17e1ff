import type { TimelineEvent, TimelineRequest } from "@/lib/schemas/results";
import type { SessionEventRow } from "@/lib/store/read/session-events";
import type { SessionRequestRow } from "@/lib/store/read/session-requests";
import { iso } from "@/lib/view/range";
import type { Names } from "./names";
import { round } from "./wire";

/** Below this a clock counts as right: the offset is not known more finely. */
const leastOffsetMs = 50;

/** A stored request as the timeline tells it. */
export function requestOf(
  names: Names,
  row: SessionRequestRow,
  intendedNode: string | null,
): TimelineRequest {
  const node = row.node === null ? null : names.nodeName(row.node);
  const lone = node === null ? [] : [{ node, status: null, durationMs: null }];
  return {
    id: row.id,
    startedAt: iso(row.started_at),
    durationMs: row.duration_ms === null ? null : round(row.duration_ms),
    pool: names.pool(row.pool),
    lb: names.lb(row.lb),
    listener: row.listener,
    node,
    intendedNode,
    attempts:
      row.attempts?.map((attempt) => ({
        ...attempt,
        node: names.resolve(row.pool, attempt.node),
      })) ?? lone,
    method: row.method,
    host: row.host,
    path: row.path,
    query: row.query,
    protocol: row.protocol,
    status: row.status,
    bytesOut: row.bytes_out,
    userAgent: row.agent,
    clientIp: row.client,
    correlationId: row.correlations?.[0] ?? null,
    persistence: {
      presented: row.presented,
      inserted: row.inserted,
      state: row.persistence_state,
    },
    termination: row.termination,
    retries: row.retries,
    redispatched: row.redispatched,
    upgrade: row.upgrade,
    starts: row.starts,
  };
}

/**
 * The app's events as the timeline tells them, each with the request that it
 * came from: the one with its correlation ID, and where several have it, the
 * one that ran closest to it. Where a node's clock is known to be off
 * (`offsets`, ms ahead, by the node's name), its times are corrected.
 */
export function eventsOf(
  names: Names,
  rows: readonly SessionEventRow[],
  requests: readonly SessionRequestRow[],
  offsets: ReadonlyMap<string, number>,
): TimelineEvent[] {
  const byCorrelation = new Map<string, SessionRequestRow[]>();
  for (const request of requests) {
    for (const id of request.correlations ?? []) {
      const known = byCorrelation.get(id);
      if (known) known.push(request);
      else byCorrelation.set(id, [request]);
    }
  }
  return rows.map((row): TimelineEvent => {
    const candidates = row.correlation === null ? [] : (byCorrelation.get(row.correlation) ?? []);
    const [request] = [...candidates].sort((a, b) => distance(a, row.at) - distance(b, row.at));
    const known = row.node === null ? null : names.known(request?.pool ?? row.pool, row.node);
    // The app names itself in its own words; the request that it answered tells which node that is.
    const node = known ?? (request?.node == null ? null : names.nodeName(request.node));
    const offset = (node === null ? undefined : offsets.get(node)) ?? 0;
    const corrected = Math.abs(offset) >= leastOffsetMs;
    return {
      id: row.id,
      at: iso(corrected ? row.at - offset : row.at),
      ...(corrected ? { reportedAt: iso(row.at) } : {}),
      type: row.type,
      node,
      reportedNode: row.node,
      correlationId: row.correlation,
      requestId: request?.id ?? null,
      store: row.store,
      hit: row.hit,
      latencyMs: row.latency_ms === null ? null : round(row.latency_ms),
    };
  });
}

/** How far a moment lies outside of a request, ms. */
function distance(request: SessionRequestRow, at: number): number {
  const end = request.ended_at ?? request.started_at + (request.duration_ms ?? 0);
  return Math.max(request.started_at - at, at - end, 0);
}
