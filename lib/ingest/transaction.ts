import type { PoolClient } from "pg";
import type { EventFact, Placed, RequestFact } from "@/lib/correlate/facts";
import { type Placement, place } from "@/lib/correlate/placement";
import type { EpochMs } from "@/lib/domain/facts";
import { noteWritten } from "@/lib/store/partitions";
import { placesInKey } from "@/lib/store/write/aside";
import type { BareRequests } from "@/lib/store/write/bare-requests";
import { copyRequests, copyRows } from "@/lib/store/write/copy";
import { timestampText } from "@/lib/store/write/copy-text";
import type { Dictionary } from "@/lib/store/write/dictionary";
import { insertEvents } from "@/lib/store/write/event-rows";
import { insertChanges, insertRejects, type StoredChange } from "@/lib/store/write/marks";
import { copyToStart, dropStarts, moveRows } from "@/lib/store/write/moves";
import { packQuarters } from "@/lib/store/write/packed-gains";
import { pathOf } from "@/lib/store/write/request-rows";
import { addDeliveries } from "@/lib/store/write/rollups";
import { RowWriter } from "@/lib/store/write/row-writer";
import type { SessionGains } from "@/lib/store/write/session-gains";
import type { SessionJournal } from "@/lib/store/write/session-journal";
import { inSessionOrder } from "@/lib/store/write/session-order";
import { markUnreviewed } from "@/lib/store/write/sessions";
import { addSourceSteps, type SourceStep } from "@/lib/store/write/source-steps";
import { type Batch, daysOf } from "./batch";
import { addGains, reviewsOf, rollupsOf } from "./batch-sums";
import { Links } from "./links";
import { type Facts, freshRequests, newEvents, requestsWithPlaces } from "./new-facts";
import { readRequests } from "./read-request";
import { updateSessions } from "./session-updates";
import { deliveriesOf, tallyOutcomes } from "./tallies";

const tailRequests = 25;
/** That the rows of so many take as a rule. */
const tailBytes = 8192;

/** A request as the live tail shows it. */
export interface TailRequest {
  id: string;
  at: EpochMs;
  pool: string;
  lb: string;
  method: string | null;
  path: string | null;
  status: number | null;
  durationMs: number | null;
  node: number | null;
  session: string | null;
}

/** What a transaction brought; of its requests the last ones stand for all. */
export interface Written {
  /** For each batch, in order. */
  outcomes: { accepted: number; duplicates: number }[];
  requests: number;
  tail: TailRequest[];
  events: number;
  changes: StoredChange[];
  pools: string[];
  oldestAt: EpochMs | null;
  newestAt: EpochMs | null;
  /** Pools whose nodes' names may be understood anew. */
  named: number[];
  unsettled: boolean;
}

/** Of a transaction that brought nothing. */
export const nothingWritten: Omit<Written, "unsettled"> = {
  outcomes: [],
  requests: 0,
  tail: [],
  events: 0,
  changes: [],
  pools: [],
  oldestAt: null,
  newestAt: null,
  named: [],
};

/** What becomes of what the sessions gain. */
export interface GainsPlan {
  /** Whether what the transaction brings is added to the sessions, or waits in the journal. */
  own: "added" | "waits";
  /** Whether what earlier ones left waiting is added as well. */
  waiting: "stays" | "added";
}

/** How a transaction goes about it. */
export interface Course {
  dictionary: Dictionary;
  /** The key of the session hashes. */
  secret: Uint8Array;
  now: () => EpochMs;
  journal: SessionJournal;
  /** Empty, and this transaction's alone: for what its sessions gain. */
  gains: SessionGains;
  /** Whether to look up which requests are stored already, rather than let their key refuse them. */
  looksUp: boolean;
  /** What the batches bring to the course of their sources. */
  steps: readonly SourceStep[];
  /** Whether to look up also where other requests have their places in the key. */
  asides: boolean;
  /**
   * Waits until this transaction is the only one that writes, and where it changes sessions' rows the only one that does;
   * answers what becomes of what the sessions gain.
   */
  lock(client: PoolClient): Promise<GainsPlan>;
  /** Called when the rows are with the database before the lock is taken. */
  copied(): void;
}

/** New facts, and where they go. */
interface Placing {
  fresh: readonly RequestFact[];
  freshEvents: readonly EventFact[];
  placement: Placement;
}

/**
 * Writes facts, the sessions they belong to, and rollups, within a transaction.
 * All but the rows of plain requests is written by one transaction at a time.
 */
export async function writeFacts(
  client: PoolClient,
  facts: Facts,
  course: Course,
): Promise<Written> {
  const { dictionary, gains, journal, now } = course;
  const { batches, bare } = facts;
  const goesAhead = !course.looksUp && facts.standAlone;
  let plan = goesAhead ? null : await course.lock(client);
  const placing = goesAhead ? placedAlone(facts) : await placedByEvents(client, facts, course);
  const { fresh, freshEvents, placement } = placing;
  const rows = inSessionOrder(rowsToWrite(placement, fresh));

  const aside = course.asides ? await placesAside(client, rows) : undefined;
  const copying = copyRequests(client, rows, bare, aside);
  // Awaited below; a failure meanwhile must not be called unhandled.
  copying.catch(() => undefined);
  // Summed up while Postgres takes the rows.
  const rollups = rollupsOf(fresh, bare, freshEvents, placement.meetings, dictionary);
  addGains(gains, rows, bare);
  const packed = goesAhead ? packQuarters(gains) : undefined;
  const days = daysOf(fresh, bare, freshEvents);
  await copying;
  if (goesAhead) course.copied();
  plan ??= await course.lock(client);
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
  await rollups.write(client);
  await noteWritten(client, [...days], now());

  let marks = 0;
  const moved = placement.moves.length + placement.copies.length + placement.drops.length;
  // Where rows were moved, sessions are reckoned anew from their rows, those included whose gains wait.
  const isPlain = moved === 0 && freshEvents.length === 0;
  if (!isPlain) plan = { own: "added", waiting: "added" };
  if (plan.own === "waits") await journal.append(client, gains, packed);
  else {
    const all = plan.waiting === "added" ? await journal.takeAll(client) : gains;
    if (all !== gains) all.merge(gains);
    const changes = { gains: all, placement, events: freshEvents, dictionary };
    marks = await updateSessions(client, changes);
  }

  const changes = changesOf(dictionary, batches);
  const newChanges = await insertChanges(client, changes);
  const freshChanges = changes.filter((change) => newChanges.has(change.id));
  await markUnreviewed(client, reviewsOf(fresh, bare, freshEvents, freshChanges));
  await insertRejects(
    client,
    batches.flatMap((batch) => batch.rejects),
    batches[0]?.receivedAt ?? now(),
  );
  const outcomes = tallyOutcomes(batches, fresh, bare.count, freshEvents, newChanges);
  await addDeliveries(client, deliveriesOf(batches, outcomes), batches.at(-1)?.receivedAt ?? now());
  await addSourceSteps(client, course.steps);

  const shapes = bare.distinctShapes();
  let oldest = Number.POSITIVE_INFINITY;
  let newest = Number.NEGATIVE_INFINITY;
  const reach = (at: EpochMs) => {
    if (at < oldest) oldest = at;
    if (at > newest) newest = at;
  };
  for (const { startedAt, shape } of fresh) {
    shapes.add(shape);
    reach(startedAt);
  }
  for (let n = 0; n < bare.count; n++) reach(bare.startedAt[n] ?? 0);
  const pools = new Set([...shapes].map(({ poolName }) => poolName));
  for (const event of freshEvents) pools.add(dictionary.poolName(event.pool));
  return {
    outcomes,
    requests: fresh.length + bare.count,
    tail: lastOf(fresh, bare).map((request) => shown(request, dictionary)),
    events: freshEvents.length,
    changes: freshChanges,
    pools: [...pools],
    oldestAt: newest < oldest ? null : oldest,
    newestAt: newest < oldest ? null : newest,
    named: rollups.pairedPools(),
    unsettled: marks > 0 || rollups.pairedPools().length > 0 || freshChanges.length > 0,
  };
}

/** Where requests go of which no event can tell. */
function placedAlone({ requests }: Facts): Placing {
  return {
    fresh: requests,
    freshEvents: [],
    placement: place(requests, [], new Map(), new Set(), () => []),
  };
}

/** Where requests go that events may tell of, and events that may tell of requests; the caller holds the lock. */
async function placedByEvents(
  client: PoolClient,
  { requests, events }: Facts,
  { dictionary, secret, looksUp, asides }: Course,
): Promise<Placing> {
  const links = new Links(client, secret);
  await links.loadEventsFor(requests);
  const news = asides ? requestsWithPlaces : freshRequests;
  const fresh = looksUp ? await news(client, requests, links.events) : requests;
  const freshEvents = await newEvents(client, events);
  await insertEvents(
    client,
    freshEvents.map((event) => ({ ...event, pool: dictionary.pool(event.pool) })),
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
  return { fresh, freshEvents, placement };
}

/** The rows, by their places, that have to stand aside in the key. */
async function placesAside(
  client: PoolClient,
  rows: readonly Placed[],
): Promise<ReadonlySet<number>> {
  const keys = rows.map(({ request: { startedAt, id }, as: { session } }) => ({
    session,
    startedAt,
    id,
  }));
  return (await placesInKey(client, keys)).aside;
}

/** The last requests. */
function lastOf(fresh: readonly RequestFact[], bare: BareRequests): RequestFact[] {
  const last = readRequests(bare, new RowWriter(tailBytes), Math.max(0, bare.count - tailRequests));
  return [...fresh.slice(-tailRequests), ...last].slice(-tailRequests);
}

function shown(request: RequestFact, { texts }: Dictionary): TailRequest {
  const { id, startedAt, shape, durationMs, row } = request;
  return {
    id,
    at: startedAt,
    pool: shape.poolName,
    lb: shape.lbName,
    method: shape.method,
    path: pathOf(row, texts),
    status: shape.status,
    durationMs,
    node: shape.node,
    session: request.presented ?? request.set,
  };
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

function* correlationTexts(rows: readonly Placed[]): Generator<string> {
  for (const { request, as } of rows) {
    if (as.starts) continue;
    const keys = request.correlations;
    if (keys.length === 0) continue;
    const tail = `\t${timestampText(request.startedAt)}\t${request.id}\t${as.session}\n`;
    for (const key of keys) yield key + tail;
  }
}

function changesOf(dictionary: Dictionary, batches: readonly Batch[]): StoredChange[] {
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
