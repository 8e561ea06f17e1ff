import type { Attempt, EpochMs, SessionEventType } from "./facts";

/** Of a session that never ends, such as a probe's that keeps its cookie, so many requests and events are judged: the first. */
export const mostJudged = 10_000;

/**
 * One stored request as the judging needs it: nodes go by their canonical
 * names, keys by their hashes. What the log did not carry is null.
 */
export interface HistoryRequest {
  /** The request's uuid; the same id twice is the same request. */
  id: string;
  startedAt: EpochMs;
  endedAt: EpochMs | null;
  durationMs: number | null;
  /** The line's place in its log, where the log tells time too coarsely to order by. */
  seq: number | null;
  /** The log tells time in whole seconds. */
  coarse: boolean;
  lb: string;
  listener: string | null;
  /** The node that served it, by its canonical name; null when none did. */
  node: string | null;
  /** The same node as the log wrote it. */
  rawNode: string | null;
  /** Every node tried, by canonical names; the last one is `node`. Empty where the log does not tell. */
  attempts: Attempt[];
  client: string | null;
  clientPort: number | null;
  status: number | null;
  backendStatus: number | null;
  method: string | null;
  path: string | null;
  /** The persistence cookie's value that the client sent. */
  presented: string | null;
  /** The persistence cookie's value that the response set. */
  inserted: string | null;
  /** HAProxy's third and fourth flags, such as `VN`. */
  persistenceState: string | null;
  /** HAProxy's whole termination state, Envoy's response flags, ALB's error reason. */
  termination: string | null;
  retries: number | null;
  redispatched: boolean | null;
  upgrade: boolean | null;
  /** How the session is known: 0 not, 1 its own key, 2 an app event with the same correlation ID, 3 the client address. */
  tie: 0 | 1 | 2 | 3;
  /** The response began this session; the request itself had presented another key. */
  starts: boolean;
  /** Hashed or normalised. */
  correlationIds: string[];
  /** Whether the client itself sent the session's key; null where that is not known. */
  hasKey: boolean | null;
}

export interface HistoryEvent {
  id: string;
  at: EpochMs;
  type: SessionEventType;
  /** Canonical name; null when the event names no node or the name is not known in the pool. */
  node: string | null;
  /** The event's own word for its node. */
  reportedNode: string | null;
  store: string | null;
  hit: boolean | null;
  latencyMs: number | null;
  correlation: string | null;
  previousSession: string | null;
}

/** All that is known of one session in one pool, in any order. */
export interface SessionHistory {
  session: string;
  pool: string;
  requests: HistoryRequest[];
  events: HistoryEvent[];
}

const SECOND = 1000;

/**
 * The time to order a request by, in epoch milliseconds: its start.
 *
 * A log in whole seconds knows only one of start and end: the one that falls on
 * a whole second was written, the other was reckoned with the duration and
 * would order requests by how long they took. The written one counts, with the
 * line's place in the log to break ties; a request of a second or more is
 * ordered by its start all the same, as a long download's end says nothing
 * about when it began.
 */
export function orderedAt(request: HistoryRequest): EpochMs {
  if (!request.coarse || request.endedAt === null) return request.startedAt;
  if (request.startedAt % SECOND === 0) return request.startedAt;
  return request.endedAt - request.startedAt < SECOND ? request.endedAt : request.startedAt;
}

function compareNumbers(a: number | null, b: number | null): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  return a - b;
}

/** Total order of requests: the time to order by, place in the log, end, id. Nulls come first. */
export function compareRequests(a: HistoryRequest, b: HistoryRequest): number {
  return (
    orderedAt(a) - orderedAt(b) ||
    compareNumbers(a.seq, b.seq) ||
    compareNumbers(a.endedAt, b.endedAt) ||
    (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  );
}

/** The requests in order, each id once: a pure function of the set, whatever the order they came in. */
export function inOrder(requests: readonly HistoryRequest[]): HistoryRequest[] {
  return distinct(requests).sort(compareRequests);
}

/** In which order an app comes to speak of one session within a millisecond: it looks it up before it ends it. */
const courseOfEvents: readonly SessionEventType[] = [
  "session.retrieved",
  "session.missing",
  "session.created",
  "session.updated",
  "session.expired",
  "session.destroyed",
];

/** Total order of events: time, the course that a request takes, id. */
export function compareEvents(a: HistoryEvent, b: HistoryEvent): number {
  return (
    a.at - b.at ||
    courseOfEvents.indexOf(a.type) - courseOfEvents.indexOf(b.type) ||
    (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  );
}

/** The events in order, each id once. */
export function eventsInOrder(events: readonly HistoryEvent[]): HistoryEvent[] {
  return distinct(events).sort(compareEvents);
}

function distinct<T extends { id: string }>(items: readonly T[]): T[] {
  const byId = new Map<string, T>();
  for (const item of items) if (!byId.has(item.id)) byId.set(item.id, item);
  return [...byId.values()];
}

/**
 * Whether a request began before another had ended, so that its client could
 * not have known the other's answer. Times in whole seconds prove an overlap
 * only beyond that second.
 */
export function overlaps(earlier: HistoryRequest, later: HistoryRequest): boolean {
  if (earlier.endedAt === null) return false;
  if (!earlier.coarse && !later.coarse) return later.startedAt < earlier.endedAt;
  return later.startedAt + SECOND < earlier.endedAt;
}
