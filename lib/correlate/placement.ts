import type { EventLink, RequestLink } from "@/lib/store/write/links";
import type { Membership } from "@/lib/store/write/request-rows";
import type { Placed, RequestFact } from "./facts";
import { type Home, homeOf, isNear, ownStart, type RequestKeys, starterOf } from "./membership";

export interface Placement {
  rows: Placed[];
  /** Requests stored before that belong to another session now. */
  moves: { session: string; startedAt: number; id: string; to: string; tie: 2; keys: string[] }[];
  /** Requests stored before whose copy is to stand at the head of a session. */
  copies: { session: string; startedAt: number; id: string; to: string }[];
  /** Copies that another request takes the place of; `session` is the one they headed. */
  drops: { session: string; startedAt: number; id: string }[];
  /** Pairs of an event and a request that meet for the first time. */
  meetings: {
    event: EventLink;
    pool: number;
    lb: number;
    node: number | null;
    startedAt: number;
  }[];
}

interface Candidate extends RequestKeys {
  keys: string[];
  pool: number;
  lb: number;
  node: number | null;
  fresh: RequestFact | null;
  stored: RequestLink | null;
  home: string;
}

/**
 * Where the requests of a batch go, and what its events change for requests
 * stored before. A pure function of the requests and events that share
 * correlation IDs, so that any order of arrival ends in the same rows.
 *
 * @param fresh requests of this batch that are not stored yet.
 * @param stored requests stored before that share a correlation ID with an event.
 * @param events all events by correlation ID (its hash), this batch's included.
 * @param freshEvents ids of the events that this batch brought.
 * @param keysOf the hashes of a stored request's correlation IDs.
 */
export function place(
  fresh: readonly RequestFact[],
  stored: readonly RequestLink[],
  events: ReadonlyMap<string, EventLink[]>,
  freshEvents: ReadonlySet<string>,
  keysOf: (request: RequestLink) => string[],
): Placement {
  const placement: Placement = { rows: [], moves: [], copies: [], drops: [], meetings: [] };
  const byKey = new Map<string, Candidate[]>();
  const enter = (candidate: Candidate) => {
    for (const key of candidate.keys) {
      if (!events.has(key)) continue;
      const group = byKey.get(key);
      if (group) group.push(candidate);
      else byKey.set(key, [candidate]);
    }
  };

  for (const request of fresh) {
    const keys = request.correlations;
    const row = request.placed ?? {
      request,
      as: membershipIn(homeOf(request, linked(keys, events))),
    };
    placement.rows.push(row);
    const started = ownStart(request);
    if (started !== null)
      placement.rows.push({
        request,
        as: { session: started, tie: 1, starts: true, startEvent: false, hasKey: false },
      });
    if (events.size > 0)
      enter({
        ...keysFrom(request),
        keys,
        pool: request.shape.pool,
        lb: request.shape.lb,
        node: request.shape.node,
        fresh: request,
        stored: null,
        home: row.as.session,
      });
  }
  if (events.size === 0) return placement;

  const seen = new Set<string>();
  for (const request of stored) {
    if (seen.has(request.id)) continue;
    seen.add(request.id);
    const keys = keysOf(request);
    const own = request.tie === 1 ? request.session : null;
    const candidate: RequestKeys = {
      id: request.id,
      startedAt: request.startedAt,
      presented: own,
      set: null,
      address: request.tie === 3 ? request.session : null,
    };
    const home = homeOf(candidate, linked(keys, events));
    if (home.session !== request.session && home.tie === 2)
      placement.moves.push({
        session: request.session,
        startedAt: request.startedAt,
        id: request.id,
        to: home.session,
        tie: 2,
        keys,
      });
    enter({
      ...candidate,
      keys,
      pool: request.pool,
      lb: request.lb,
      node: request.node,
      fresh: null,
      stored: request,
      home: home.session,
    });
  }

  for (const [key, group] of byKey) {
    for (const event of events.get(key) ?? []) {
      for (const candidate of group)
        if ((candidate.fresh !== null || freshEvents.has(event.id)) && isNear(candidate, event))
          placement.meetings.push({
            event,
            pool: candidate.pool,
            lb: candidate.lb,
            node: candidate.node,
            startedAt: candidate.startedAt,
          });
      if (event.type === "session.created") start(placement, event, group);
    }
  }
  return placement;
}

/** Sees to it that the session which an event created is headed by the request that began it, in each pool. */
function start(placement: Placement, event: EventLink, group: readonly Candidate[]): void {
  const pools = new Set(group.map((candidate) => candidate.pool));
  for (const pool of pools) {
    const inPool = group.filter((candidate) => candidate.pool === pool);
    const first = starterOf(event, inPool);
    if (first === null) continue;
    for (const other of inPool)
      if (other !== first && other.stored !== null && other.home !== event.session)
        placement.drops.push({ session: event.session, startedAt: other.startedAt, id: other.id });
    if (first.home === event.session) continue;
    if (first.fresh !== null) {
      if (ownStart(first.fresh) !== event.session)
        placement.rows.push({
          request: first.fresh,
          as: { session: event.session, tie: 2, starts: true, startEvent: true, hasKey: false },
        });
    } else
      placement.copies.push({
        session: first.home,
        startedAt: first.startedAt,
        id: first.id,
        to: event.session,
      });
  }
}

function membershipIn({ session, tie, hasKey }: Home): Membership {
  return { session, tie, starts: false, startEvent: false, hasKey };
}

function keysFrom(request: RequestFact): RequestKeys {
  const { id, startedAt, presented, set, address } = request;
  return { id, startedAt, presented, set, address };
}

function linked(keys: readonly string[], events: ReadonlyMap<string, EventLink[]>): EventLink[] {
  if (events.size === 0) return [];
  const found = new Map<string, EventLink>();
  for (const key of keys) for (const event of events.get(key) ?? []) found.set(event.id, event);
  return [...found.values()];
}
