import { hash } from "node:crypto";
import type { PoolClient } from "pg";
import type { EventFact, RequestFact } from "@/lib/correlate/facts";
import { homeOf } from "@/lib/correlate/membership";
import { placesInKey, type RowKey } from "@/lib/store/write/aside";
import { BareRequests } from "@/lib/store/write/bare-requests";
import type { EventLink } from "@/lib/store/write/links";
import { existingEvents, existingRows } from "@/lib/store/write/moves";
import { giveId } from "@/lib/store/write/request-rows";
import type { RowWriter } from "@/lib/store/write/row-writer";
import type { Batch } from "./batch";
import { Occurrences } from "./occurrences";
import { readRequests } from "./read-request";

/** The facts that a transaction writes. */
export interface Facts {
  batches: readonly Batch[];
  /** Each once. */
  requests: readonly RequestFact[];
  /** Those of ordinary lines that stay in columns, each once; none where they have to be looked at one by one. */
  bare: BareRequests;
  events: readonly EventFact[];
  /** Whether no event can tell where the requests go: then their rows can be sent beside another transaction. */
  standAlone: boolean;
}

/**
 * The facts of some batches, as they are written.
 * @param inColumns whether requests of ordinary lines stay in columns if they can; then each must be new.
 */
export function factsOf(batches: readonly Batch[], inColumns: boolean, writer: RowWriter): Facts {
  const events = batches.flatMap((batch) => batch.events);
  const standAlone =
    events.length === 0 &&
    batches.every(({ requests }) => requests.every((request) => request.correlations.length === 0));
  if (inColumns && standAlone && areDistinct(batches)) {
    const requests = batches.flatMap((batch) => batch.requests);
    const bare = BareRequests.joined(batches.map((batch) => batch.bare));
    return { batches, requests, bare, events, standAlone };
  }
  const bare = new BareRequests();
  const read = batches.map((batch) =>
    batch.bare.count === 0
      ? batch
      : { ...batch, bare, requests: [...batch.requests, ...readRequests(batch.bare, writer)] },
  );
  return { batches: read, requests: distinctRequests(read), bare, events, standAlone };
}

/** Whether no request comes twice. Within a delivery they are told apart already. */
function areDistinct(batches: readonly Batch[]): boolean {
  const filled = batches.filter(({ requests, bare }) => requests.length + bare.count > 0);
  if (filled.every(({ delivery }) => delivery === filled[0]?.delivery)) return true;
  const met = new Occurrences();
  return filled.every(({ requests, bare }) => {
    for (let n = 0; n < bare.count; n++)
      if (met.nextOf(bare.high(n), bare.low(n)) > 0) return false;
    return requests.every(({ id }) => met.next(id.replaceAll("-", "")) === 0);
  });
}

/** The requests of some batches, each once. */
function distinctRequests(batches: readonly Batch[]): RequestFact[] {
  const filled = batches.filter(({ requests }) => requests.length > 0);
  const all = filled.flatMap(({ requests }) => requests);
  if (filled.every(({ delivery }) => delivery === filled[0]?.delivery)) return all;
  const ids = new Set<string>();
  return all.filter(({ id }) => {
    if (ids.has(id)) return false;
    ids.add(id);
    return true;
  });
}

/** Those of the requests that are not stored yet; a look-up each. `events`: those stored before this batch. */
export async function freshRequests(
  client: PoolClient,
  requests: readonly RequestFact[],
  events: ReadonlyMap<string, EventLink[]>,
): Promise<RequestFact[]> {
  const keys = keysAtHome(requests, events);
  const existing = await existingRows(client, keys);
  return requests.filter((_, n) => {
    const key = keys[n];
    return key === undefined || !existing.has(key.session + key.id);
  });
}

/**
 * The same where the key has refused some: one for which it has no place, as two others of its session have both of its,
 * takes another id, made of its own, so that it is known when it is sent again.
 */
export async function requestsWithPlaces(
  client: PoolClient,
  requests: readonly RequestFact[],
  events: ReadonlyMap<string, EventLink[]>,
): Promise<RequestFact[]> {
  let fresh = await freshRequests(client, requests, events);
  for (;;) {
    const { full } = await placesInKey(client, keysAtHome(fresh, events));
    if (full.size === 0) return fresh;
    fresh.forEach((request, n) => {
      if (full.has(n))
        giveId(request.row, hash("sha256", `no place\0${request.id}`, "hex").slice(0, 16));
    });
    fresh = await freshRequests(client, fresh, events);
  }
}

function keysAtHome(
  requests: readonly RequestFact[],
  events: ReadonlyMap<string, EventLink[]>,
): RowKey[] {
  return requests.map((request) => ({
    session: homeOf(request, linkedEvents(request, events)).session,
    startedAt: request.startedAt,
    id: request.id,
  }));
}

function linkedEvents(request: RequestFact, events: ReadonlyMap<string, EventLink[]>): EventLink[] {
  return events.size === 0 ? [] : request.correlations.flatMap((key) => events.get(key) ?? []);
}

/** The events that are not stored yet, each once. */
export async function newEvents(
  client: PoolClient,
  events: readonly EventFact[],
): Promise<EventFact[]> {
  const distinct = new Map<string, EventFact>();
  for (const event of events) if (!distinct.has(event.id)) distinct.set(event.id, event);
  const existing = await existingEvents(client, [...distinct.values()]);
  return [...distinct.values()].filter((event) => !existing.has(event.session + event.id));
}
