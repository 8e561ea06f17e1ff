import type { PoolClient } from "pg";
import type { EventFact, RequestFact } from "@/lib/correlate/facts";
import { homeOf } from "@/lib/correlate/membership";
import type { EventLink } from "@/lib/store/write/links";
import { existingEvents, existingRows } from "@/lib/store/write/moves";
import type { Batch } from "./batch";

/** The requests of some batches, each once. Within a delivery they are told apart already. */
export function distinctRequests(batches: readonly Batch[]): RequestFact[] {
  const filled = batches.filter(({ requests }) => requests.length > 0);
  const [first, ...others] = filled;
  if (first === undefined) return [];
  if (others.length === 0) return first.requests;
  const all = filled.flatMap(({ requests }) => requests);
  if (others.every(({ delivery }) => delivery === first.delivery)) return all;
  const ids = new Set<string>();
  const distinct: RequestFact[] = [];
  for (const request of all) {
    if (ids.has(request.id)) continue;
    ids.add(request.id);
    distinct.push(request);
  }
  return distinct;
}

/** Those of the requests that are not stored yet; a look-up each. `events`: those stored before this batch. */
export async function freshRequests(
  client: PoolClient,
  requests: readonly RequestFact[],
  events: ReadonlyMap<string, EventLink[]>,
): Promise<RequestFact[]> {
  const homes = requests.map((request) => ({
    request,
    key: {
      session: homeOf(request, linkedEvents(request, events)).session,
      startedAt: request.startedAt,
      id: request.id,
    },
  }));
  const existing = await existingRows(
    client,
    homes.map(({ key }) => key),
  );
  return homes.flatMap(({ request, key }) => (existing.has(key.session + key.id) ? [] : [request]));
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
