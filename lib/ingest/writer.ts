import type { Pool, PoolClient } from "pg";
import type { EventFact, RequestFact } from "@/lib/correlate/facts";
import { correlationWindowMs, homeOf } from "@/lib/correlate/membership";
import { type Placed, type Placement, place } from "@/lib/correlate/placement";
import { correlationUuid } from "@/lib/domain/correlation-id";
import type { EpochMs } from "@/lib/domain/facts";
import { latencyBucket } from "@/lib/domain/latency";
import { timestampText, withTransaction } from "@/lib/store/database";
import { ensurePartitions, noteWritten } from "@/lib/store/partitions";
import { type CopyRow, copyRows } from "@/lib/store/write/copy";
import type { Dictionary } from "@/lib/store/write/dictionary";
import { insertEvents } from "@/lib/store/write/event-rows";
import {
  type EventLink,
  eventLinks,
  hasEventLinks,
  mostPerCorrelation,
  type RequestLink,
  requestLinks,
} from "@/lib/store/write/links";
import { writeLock } from "@/lib/store/write/locks";
import { insertChanges, insertRejects, type StoredChange } from "@/lib/store/write/marks";
import {
  copyToStart,
  dropStarts,
  existingEvents,
  existingRows,
  moveRows,
} from "@/lib/store/write/moves";
import { requestColumns, requestHead } from "@/lib/store/write/request-rows";
import { addDeliveries, type Delivery, Rollups } from "@/lib/store/write/rollups";
import {
  addToSessions,
  addUnseen,
  dropUnseen,
  hasUnseen,
  markSpokenOf,
  markUnreviewed,
  markUnsettled,
  recountSessions,
  type SessionGain,
} from "@/lib/store/write/sessions";
import type { Batch } from "./batch";

const dayMs = 86_400_000;
/** How far around a fact the judging of a pool's bounces may look. */
export const reviewMarginMs = 2 * 3_600_000;
/** An event further than this from a request says nothing of who served it. */
const meetingWindowMs = 10 * 60_000;

export interface WriterOptions {
  pool: Pool;
  dictionary: Dictionary;
  secret: Uint8Array;
  now: () => EpochMs;
}

export interface Written {
  /** For each batch, in order. */
  outcomes: { accepted: number; duplicates: number }[];
  requests: RequestFact[];
  events: EventFact[];
  changes: StoredChange[];
  pools: string[];
  newestAt: EpochMs | null;
  /** Pools whose nodes' names may be understood anew. */
  named: number[];
  unsettled: boolean;
}

/**
 * Writes batches in one transaction: facts, the sessions they belong to, and
 * rollups. What the batches repeat, or what is stored already, is left out.
 * Bounces are not found here but marked to be (see settle), in the same
 * transaction, so that nothing is forgotten.
 */
export async function writeBatches(
  options: WriterOptions,
  batches: readonly Batch[],
): Promise<Written> {
  const requests = batches.flatMap((batch) => batch.requests);
  const events = batches.flatMap((batch) => batch.events);
  const newlyNamed = await learnNames(options, batches, requests);
  await makePartitions(options, requests, events);
  const written = await withTransaction(options.pool, (client) =>
    writeInTransaction(client, options, batches, requests, events),
  );
  return { ...written, named: [...new Set([...written.named, ...newlyNamed])] };
}

async function learnNames(
  options: WriterOptions,
  batches: readonly Batch[],
  requests: readonly RequestFact[],
): Promise<number[]> {
  const { dictionary } = options;
  const pools = new Set<string>();
  const lbs = new Set<string>();
  for (const request of requests) {
    pools.add(request.poolName);
    lbs.add(request.lbName);
  }
  for (const batch of batches) {
    for (const event of batch.events) pools.add(event.pool);
    for (const change of batch.changes) {
      if (change.pool !== null) pools.add(change.pool);
      if (change.lb !== null) lbs.add(change.lb);
    }
  }
  await dictionary.learnPools(pools);
  await dictionary.learnLbs(lbs);
  const nodes = new Map<string, readonly [number, string]>();
  for (const request of requests) {
    request.pool = dictionary.pool(request.poolName);
    request.lb = dictionary.lb(request.lbName);
    const { pool, nodeName } = request;
    if (nodeName !== null) nodes.set(`${pool}\0${nodeName}`, [pool, nodeName]);
  }
  const newlyNamed = await dictionary.learnNodes(nodes.values());
  for (const request of requests)
    if (request.nodeName !== null) request.node = dictionary.node(request.pool, request.nodeName);
  return newlyNamed;
}

async function makePartitions(
  options: WriterOptions,
  requests: readonly RequestFact[],
  events: readonly EventFact[],
): Promise<void> {
  const days = daysOf(requests, events);
  // Day by day: one line with a strange date must not make partitions for all the years between.
  for (const day of days)
    await ensurePartitions(options.pool, day * dayMs, day * dayMs, options.now());
}

function daysOf(requests: readonly RequestFact[], events: readonly EventFact[]): Set<number> {
  const days = new Set<number>();
  for (const request of requests) days.add(Math.floor(request.startedAt / dayMs));
  for (const event of events) days.add(Math.floor(event.at / dayMs));
  return days;
}

async function writeInTransaction(
  client: PoolClient,
  options: WriterOptions,
  batches: readonly Batch[],
  requests: readonly RequestFact[],
  events: readonly EventFact[],
): Promise<Written> {
  await client.query("SELECT pg_advisory_xact_lock($1)", [writeLock]);
  // The joins below probe an index once per row; a plan made for a nearly empty table must not scan it.
  await client.query(
    "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL jit = off",
  );

  const links = new Links(client, options.secret);
  await links.loadEventsFor(requests);
  const fresh = await freshRequests(client, requests, links.events);
  const freshEvents = await newEvents(client, events);
  await insertEvents(
    client,
    freshEvents.map((event) => ({ ...event, pool: options.dictionary.pool(event.pool) })),
  );
  links.addEvents(freshEvents);
  const stored = await links.loadRequests(fresh, freshEvents);
  const placement = place(
    fresh,
    stored,
    links.events,
    new Set(freshEvents.map((event) => event.id)),
    (request) => links.keysOf(request),
  );
  const rows = rowsToWrite(placement, fresh);

  await copyRows(client, "requests", requestColumns, requestTexts(rows));
  if (fresh.some((request) => request.correlations.length > 0))
    await copyRows(
      client,
      "request_correlations",
      ["correlation", "started_at", "id", "session"],
      correlationTexts(rows),
    );
  await dropStarts(client, placement.drops);
  const keysOfMoved = new Map(placement.moves.map(({ id, keys }) => [id, keys]));
  await moveRows(client, placement.moves, (move) => keysOfMoved.get(move.id) ?? []);
  await copyToStart(client, placement.copies);

  const rollups = new Rollups();
  for (const request of fresh) {
    rollups.addRequest({
      pool: request.pool,
      lb: request.lb,
      node: request.node ?? 0,
      startedAt: request.startedAt,
      status: request.status,
      bucket: request.durationMs === null ? null : latencyBucket(request.durationMs),
    });
    const { nodeAddress } = request;
    if (request.node !== null && nodeAddress !== null && nodeAddress !== request.nodeName)
      rollups.addPair(request.pool, request.lb, request.node, "log", nodeAddress);
  }
  for (const event of freshEvents)
    if (isLookup(event))
      rollups.addLookup(
        options.dictionary.pool(event.pool),
        event.at,
        event.store ?? "",
        event.node ?? "",
        event.type === "session.missing" || event.hit === false,
      );
  for (const { event, pool, lb, node, startedAt } of placement.meetings)
    if (node !== null && event.node !== null && Math.abs(event.at - startedAt) <= meetingWindowMs)
      rollups.addPair(pool, lb, node, "app", event.node);
  await rollups.write(client);

  const days = daysOf(fresh, freshEvents);
  await noteWritten(client, [...days], options.now());
  const marks = await updateSessions(client, options, placement, rows, freshEvents);
  const changes = changesOf(options, batches);
  const newChanges = await insertChanges(client, changes);
  const freshChanges = changes.filter((change) => newChanges.has(change.id));
  await markReviews(client, fresh, freshEvents, freshChanges);
  await insertRejects(
    client,
    batches.flatMap((batch) => batch.rejects),
    batches[0]?.receivedAt ?? options.now(),
  );

  const outcomes = tallyOutcomes(batches, fresh, freshEvents, newChanges);
  await addDeliveries(
    client,
    deliveriesOf(batches, outcomes),
    batches.at(-1)?.receivedAt ?? options.now(),
  );

  let newestAt: EpochMs | null = null;
  for (const request of fresh)
    if (newestAt === null || request.startedAt > newestAt) newestAt = request.startedAt;
  return {
    outcomes,
    requests: fresh,
    events: freshEvents,
    changes: freshChanges,
    pools: [
      ...new Set([
        ...fresh.map((request) => request.poolName),
        ...freshEvents.map((event) => event.pool),
      ]),
    ],
    newestAt,
    named: rollups.pairedPools(),
    unsettled: marks > 0 || rollups.pairedPools().length > 0 || freshChanges.length > 0,
  };
}

/** Whether the app looked the session up in its store. */
function isLookup(event: EventFact): boolean {
  return (
    event.type === "session.retrieved" || event.type === "session.missing" || event.hit !== null
  );
}

/** Events and requests that share correlation IDs, as far as a batch needs them. */
class Links {
  readonly events = new Map<string, EventLink[]>();
  private readonly asked = new Set<string>();
  private readonly keys = new Map<string, string[]>();

  constructor(
    private readonly client: PoolClient,
    private readonly secret: Uint8Array,
  ) {}

  async loadEventsFor(requests: readonly RequestFact[]): Promise<void> {
    const keys = new Set<string>();
    let from = Number.POSITIVE_INFINITY;
    let to = Number.NEGATIVE_INFINITY;
    for (const { correlations, startedAt } of requests) {
      if (correlations.length === 0) continue;
      for (const key of correlations) keys.add(key);
      from = Math.min(from, startedAt);
      to = Math.max(to, startedAt);
    }
    await this.load([...keys], from, to);
  }

  private async load(wanted: string[], from: EpochMs, to: EpochMs): Promise<void> {
    const keys = wanted.filter((key) => !this.asked.has(key));
    if (keys.length === 0) return;
    const [start, end] = [from - correlationWindowMs, to + correlationWindowMs];
    if (!(await hasEventLinks(this.client, start, end))) {
      for (const key of keys) this.asked.add(key);
      return;
    }
    const found = await eventLinks(this.client, keys, start, end);
    for (const key of keys) this.asked.add(key);
    for (const link of found) this.add(link);
    this.forgetConstants();
  }

  private add(link: EventLink): void {
    const group = this.events.get(link.correlation);
    if (!group) this.events.set(link.correlation, [link]);
    else if (!group.some((other) => other.id === link.id && other.session === link.session))
      group.push(link);
  }

  private forgetConstants(): void {
    for (const [key, group] of this.events)
      if (group.length > mostPerCorrelation) this.events.delete(key);
  }

  addEvents(events: readonly EventFact[]): void {
    for (const { correlationKey, session, id, at, type, node } of events)
      if (correlationKey !== null)
        this.add({ correlation: correlationKey, session, id, at, type, node });
    this.forgetConstants();
  }

  /** Requests stored before whose place may change: those that a new event, or an earlier starter, speaks of. */
  async loadRequests(
    fresh: readonly RequestFact[],
    freshEvents: readonly EventFact[],
  ): Promise<RequestLink[]> {
    const wanted = new Set<string>();
    let from = Number.POSITIVE_INFINITY;
    let to = Number.NEGATIVE_INFINITY;
    const reach = (at: EpochMs) => {
      from = Math.min(from, at);
      to = Math.max(to, at);
    };
    for (const event of freshEvents)
      if (event.correlationKey !== null) {
        wanted.add(event.correlationKey);
        reach(event.at);
      }
    for (const request of fresh)
      for (const key of request.correlations)
        if (this.events.get(key)?.some((event) => event.type === "session.created")) {
          wanted.add(key);
          reach(request.startedAt);
        }
    if (wanted.size === 0) return [];
    const found = await requestLinks(
      this.client,
      [...wanted],
      from - correlationWindowMs,
      to + correlationWindowMs,
    );
    const counts = new Map<string, number>();
    for (const link of found) counts.set(link.correlation, (counts.get(link.correlation) ?? 0) + 1);
    for (const [key, count] of counts) if (count > mostPerCorrelation) this.events.delete(key);
    // A constant may also show in the batch itself.
    const inBatch = new Map<string, number>();
    for (const request of fresh)
      for (const key of request.correlations)
        if (wanted.has(key)) inBatch.set(key, (inBatch.get(key) ?? 0) + 1);
    for (const [key, count] of inBatch)
      if (count + (counts.get(key) ?? 0) > mostPerCorrelation) this.events.delete(key);

    const stored = found.filter(
      (link) => (counts.get(link.correlation) ?? 0) <= mostPerCorrelation,
    );
    const others = new Set<string>();
    for (const link of stored) {
      for (const key of this.keysOf(link)) others.add(key);
      reach(link.startedAt);
    }
    // All events with the keys wanted so far, then those with the other IDs of the requests found.
    await this.load([...wanted, ...others], from, to);
    return stored;
  }

  keysOf(request: RequestLink): string[] {
    let keys = this.keys.get(request.id);
    if (!keys) {
      keys = request.correlations.map((id) => correlationUuid(this.secret, id));
      this.keys.set(request.id, keys);
    }
    return keys;
  }
}

/** The requests that are not stored yet, each once. `events`: those stored before this batch. */
async function freshRequests(
  client: PoolClient,
  requests: readonly RequestFact[],
  events: ReadonlyMap<string, EventLink[]>,
): Promise<RequestFact[]> {
  const distinct = new Map<string, RequestFact>();
  for (const request of requests) if (!distinct.has(request.id)) distinct.set(request.id, request);
  const homes = [...distinct.values()].map((request) => ({
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

async function newEvents(client: PoolClient, events: readonly EventFact[]): Promise<EventFact[]> {
  const distinct = new Map<string, EventFact>();
  for (const event of events) if (!distinct.has(event.id)) distinct.set(event.id, event);
  const existing = await existingEvents(client, [...distinct.values()]);
  return [...distinct.values()].filter((event) => !existing.has(event.session + event.id));
}

/** The placement's rows without repetitions: an event and the response itself may tell of the same start. */
function rowsToWrite(placement: Placement, fresh: readonly RequestFact[]): Placed[] {
  if (placement.rows.length === fresh.length) return placement.rows;
  const distinct = new Map<string, Placed>();
  for (const row of placement.rows) {
    const key = row.as.session + row.request.id;
    const other = distinct.get(key);
    if (!other || (other.as.starts && !row.as.starts)) distinct.set(key, row);
  }
  return [...distinct.values()];
}

function* requestTexts(rows: readonly Placed[]): Generator<CopyRow> {
  for (const { request, as } of rows) yield { head: requestHead(as, request), tail: request.tail };
}

function* correlationTexts(rows: readonly Placed[]): Generator<string> {
  for (const { request, as } of rows) {
    if (as.starts) continue;
    const keys = request.correlations;
    if (keys.length === 0) continue;
    const tail = `\t${timestampText(request.startedAt)}\t${request.id}\t${as.session}\n`;
    for (const key of keys) yield key + tail;
  }
}

async function updateSessions(
  client: PoolClient,
  options: WriterOptions,
  placement: Placement,
  rows: readonly Placed[],
  events: readonly EventFact[],
): Promise<number> {
  const gains = new Map<string, SessionGain>();
  for (const { request, as } of rows) {
    if (as.tie === 0) continue;
    const key = `${as.session}\0${request.pool}`;
    let gain = gains.get(key);
    if (!gain) {
      gain = {
        session: as.session,
        pool: request.pool,
        firstSeen: request.startedAt,
        lastSeen: request.startedAt,
        requests: 0,
        nodes: new Set(),
        lbs: new Set(),
        client: request.client,
        demo: request.demo,
      };
      gains.set(key, gain);
    }
    gain.requests += 1;
    if (request.node !== null) gain.nodes.add(request.node);
    gain.lbs.add(request.lb);
    gain.demo ||= request.demo;
    if (request.startedAt < gain.firstSeen) gain.firstSeen = request.startedAt;
    if (request.startedAt >= gain.lastSeen) {
      const { client: address } = request;
      if (
        address !== null &&
        (request.startedAt > gain.lastSeen || gain.client === null || address > gain.client)
      )
        gain.client = address;
      gain.lastSeen = request.startedAt;
    }
  }

  const touched = [...new Set([...gains.values()].map((gain) => gain.session))];
  const known =
    touched.length > 0 && (await hasUnseen(client)) ? await dropUnseen(client, touched) : [];
  const states = await addToSessions(client, [...gains.values()]);
  const rehomed = new Set<string>();
  for (const move of placement.moves) {
    rehomed.add(move.to);
    // A request that was nobody's had a session of its own, named by its id, of which nothing is kept.
    if (move.session !== move.id) rehomed.add(move.session);
  }
  for (const copy of placement.copies) rehomed.add(copy.to);
  for (const drop of placement.drops) rehomed.add(drop.session);
  await recountSessions(client, [...rehomed].sort());
  await addUnseen(
    client,
    events.map((event) => ({
      session: event.session,
      pool: options.dictionary.pool(event.pool),
      at: event.at,
      demo: event.demo,
    })),
  );

  const marks = new Map<string, { session: string; pool: number }>();
  const mark = (session: string, pool: number) =>
    marks.set(`${session}\0${pool}`, { session, pool });
  for (const state of states) mark(state.session, state.pool);
  for (const session of [...rehomed, ...known]) mark(session, 0);
  for (const event of events) if (event.type === "session.missing") mark(event.session, 0);
  await markUnsettled(client, [...marks.values()]);
  const spoken = [...new Set(events.map((event) => event.session))];
  return marks.size + (await markSpokenOf(client, spoken));
}

function changesOf(options: WriterOptions, batches: readonly Batch[]): StoredChange[] {
  const { dictionary } = options;
  const distinct = new Map<string, StoredChange>();
  for (const batch of batches)
    for (const change of batch.changes)
      distinct.set(change.id, {
        ...change,
        pool: change.pool === null ? null : dictionary.pool(change.pool),
        lb: change.lb === null ? null : dictionary.lb(change.lb),
      });
  return [...distinct.values()];
}

/** Facts bear on the judging of bounces around them: marks those times to be judged again. */
async function markReviews(
  client: PoolClient,
  requests: readonly RequestFact[],
  events: readonly EventFact[],
  changes: readonly StoredChange[],
): Promise<void> {
  const spans = new Map<number, { pool: number; from: EpochMs; to: EpochMs }>();
  const reach = (pool: number, at: EpochMs, after: number) => {
    const span = spans.get(pool);
    if (!span) spans.set(pool, { pool, from: at - reviewMarginMs, to: at + after });
    else {
      span.from = Math.min(span.from, at - reviewMarginMs);
      span.to = Math.max(span.to, at + after);
    }
  };
  for (const request of requests) reach(request.pool, request.startedAt, reviewMarginMs);
  for (const event of events) reach(0, event.at, reviewMarginMs);
  // A change (a node going down) may be what a bounce hours later goes back to.
  for (const change of changes) reach(change.pool ?? 0, change.at, dayMs);
  await markUnreviewed(client, [...spans.values()]);
}

function tallyOutcomes(
  batches: readonly Batch[],
  fresh: readonly RequestFact[],
  events: readonly EventFact[],
  changes: ReadonlySet<string>,
): { accepted: number; duplicates: number }[] {
  const news = new Set<string>();
  for (const request of fresh) news.add(request.id);
  for (const event of events) news.add(event.id);
  for (const id of changes) news.add(id);
  return batches.map((batch) => {
    let accepted = 0;
    const ids = [
      ...batch.requests.map((request) => request.id),
      ...batch.events.map((event) => event.id),
      ...batch.changes.map((change) => change.id),
    ];
    // Each fact is news once, for the first batch that brought it.
    for (const id of ids) if (news.delete(id)) accepted += 1;
    return { accepted, duplicates: ids.length - accepted };
  });
}

function deliveriesOf(
  batches: readonly Batch[],
  outcomes: readonly { accepted: number; duplicates: number }[],
): Delivery[] {
  const bySource = new Map<number, Delivery>();
  batches.forEach((batch, at) => {
    const delivery = bySource.get(batch.source) ?? {
      source: batch.source,
      accepted: 0,
      duplicates: 0,
      rejected: 0,
    };
    delivery.accepted += outcomes[at]?.accepted ?? 0;
    delivery.duplicates += outcomes[at]?.duplicates ?? 0;
    delivery.rejected += batch.rejects.length;
    bySource.set(batch.source, delivery);
  });
  return [...bySource.values()];
}
