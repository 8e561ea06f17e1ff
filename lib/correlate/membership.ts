import type { EpochMs, SessionEventType } from "@/lib/domain/facts";

/**
 * Which sessions a request belongs to: pure functions of the request and of
 * the events that share a correlation ID with it (contract, section 2).
 */

/** An event further than this from a request does not speak of it, whatever ID they share. */
export const correlationWindowMs = 86_400_000;

export interface RequestKeys {
  id: string;
  startedAt: EpochMs;
  /** The session that the client presented, as the log tells it. */
  presented: string | null;
  /** The session that the response began or renewed, as the log tells it. */
  set: string | null;
  /** The session that stands for the client's address, where the pool's affinity is by address. */
  address: string | null;
}

export interface SpeakingEvent {
  id: string;
  at: EpochMs;
  session: string;
  type: SessionEventType;
}

export interface Home {
  session: string;
  tie: 0 | 1 | 2 | 3;
  hasKey: boolean | null;
}

/** The session that a request is one of. `events` are those that share a correlation ID with it. */
export function homeOf(request: RequestKeys, events: readonly SpeakingEvent[]): Home {
  if (request.presented !== null) return { session: request.presented, tie: 1, hasKey: true };
  if (request.set !== null) return { session: request.set, tie: 1, hasKey: false };
  const spoken = spokenHome(request, events);
  if (spoken !== null) return { session: spoken, tie: 2, hasKey: null };
  if (request.address !== null) return { session: request.address, tie: 3, hasKey: null };
  return { session: request.id, tie: 0, hasKey: null };
}

/**
 * The session that the app found in the request: the one of which it spoke
 * first, one that it had not created in answer to it before one that it had.
 */
function spokenHome(request: RequestKeys, events: readonly SpeakingEvent[]): string | null {
  const created = new Set<string>();
  for (const event of events)
    if (event.type === "session.created" && isNear(request, event)) created.add(event.session);
  let best: SpeakingEvent | null = null;
  let bestIsNew = false;
  for (const event of events) {
    if (!isNear(request, event)) continue;
    const isNew = created.has(event.session);
    if (best === null || (bestIsNew && !isNew) || (bestIsNew === isNew && before(event, best))) {
      best = event;
      bestIsNew = isNew;
    }
  }
  return best?.session ?? null;
}

export function isNear(request: { startedAt: EpochMs }, event: { at: EpochMs }): boolean {
  return Math.abs(event.at - request.startedAt) <= correlationWindowMs;
}

function before(a: SpeakingEvent, b: SpeakingEvent): boolean {
  return a.at !== b.at ? a.at < b.at : a.id < b.id;
}

/** The session that the response began while the request itself was another's, as the log tells it; else null. */
export function ownStart(request: RequestKeys): string | null {
  return request.presented !== null && request.set !== null && request.set !== request.presented
    ? request.set
    : null;
}

/**
 * The request whose response began a session, of those that share a
 * correlation ID with the event that created it, within one pool: the earliest.
 */
export function starterOf<T extends { id: string; startedAt: EpochMs }>(
  event: SpeakingEvent,
  requests: readonly T[],
): T | null {
  let first: T | null = null;
  for (const request of requests) {
    if (!isNear(request, event)) continue;
    if (
      first === null ||
      request.startedAt < first.startedAt ||
      (request.startedAt === first.startedAt && request.id < first.id)
    )
      first = request;
  }
  return first;
}
