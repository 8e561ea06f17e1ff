import { DatabaseError, type Pool, type PoolClient } from "pg";
import type { EventFact, Placed, RequestFact } from "@/lib/correlate/facts";
import { type Placement, place } from "@/lib/correlate/placement";
import type { EpochMs } from "@/lib/domain/facts";
import { withTransaction } from "@/lib/store/database";
import { ensurePartitions, noteWritten } from "@/lib/store/partitions";
import { copyRequests, copyRows } from "@/lib/store/write/copy";
import { timestampText } from "@/lib/store/write/copy-text";
import type { Dictionary } from "@/lib/store/write/dictionary";
import { insertEvents } from "@/lib/store/write/event-rows";
import { writeLock } from "@/lib/store/write/locks";
import { insertChanges, insertRejects, type StoredChange } from "@/lib/store/write/marks";
import { copyToStart, dropStarts, moveRows } from "@/lib/store/write/moves";
import { pathOf } from "@/lib/store/write/request-rows";
import { addDeliveries } from "@/lib/store/write/rollups";
import { SessionJournal } from "@/lib/store/write/session-journal";
import { inSessionOrder } from "@/lib/store/write/session-order";
import { markUnreviewed } from "@/lib/store/write/sessions";
import { type Batch, dayMs, daysOf } from "./batch";
import { gainsOf, reviewsOf, rollupsOf } from "./batch-sums";
import { Links } from "./links";
import { distinctRequests, freshRequests, newEvents } from "./new-facts";
import { updateSessions } from "./session-updates";
import { deliveriesOf, tallyOutcomes } from "./tallies";

/** Up to so many requests, asking first which are stored already costs less than having to write them again. */
export const fewRequests = 1000;
/** Gains of sessions wait in the journal for so many rows, or so long, at most. */
const mostHeldRows = 150_000;
const longestHeldMs = 1500;
const tailRequests = 25;
/** A row is stored already: what one machine says, and what a cluster's coordinator says when a shard refused a copied row. */
const repeats: readonly (string | undefined)[] = ["23505", "XX000"];

export interface WriterOptions {
  /** Transactions with more requests do not ask first which are stored already. */
  looksUpTo: number;
  pool: Pool;
  dictionary: Dictionary;
  secret: Uint8Array;
  now: () => EpochMs;
}

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

/** How one transaction goes about it. */
interface Plan {
  /** Whether to look up which requests are stored already, rather than let their key refuse them. */
  looksUp: boolean;
  /**
   * What becomes of what the sessions gain: it waits in the journal, it is
   * added alone, or along with all that waits.
   */
  gains: "wait" | "alone" | "all";
}

/**
 * Writes batches, each call in one transaction: facts, the sessions they
 * belong to, and rollups. What the batches repeat, or what is stored already,
 * is left out. Bounces are not found here but marked to be (see settle), in
 * the same transaction, so that nothing is forgotten.
 */
export class Writer {
  private readonly journal = new SessionJournal();
  private heldRows = 0;
  private heldSince: EpochMs = 0;
  /** Whether requests that came lately were stored already. */
  private meetsRepeats = false;

  constructor(private readonly options: WriterOptions) {}

  /** Whether sessions still wait for what they gained. */
  get holdsGains(): boolean {
    return this.journal.holdsAny;
  }

  /** @param moreFollows whether another call comes soon; then the sessions' rows may wait for it. */
  async write(batches: readonly Batch[], moreFollows: boolean): Promise<Written> {
    const { options } = this;
    const requests = distinctRequests(batches);
    const events = batches.flatMap((batch) => batch.events);
    const newlyNamed = await learnNames(options, batches);
    // Day by day: one line with a strange date must not make partitions for all the years between.
    for (const day of daysOf(requests, events))
      await ensurePartitions(options.pool, day * dayMs, day * dayMs, options.now());

    const many = requests.length > this.options.looksUpTo;
    // Few rows are added at once, so that they are seen, and leave the rest to wait until it is worth its while.
    const mayWait = moreFollows && this.mayHoldStill(many ? requests.length : 0);
    const gains = !mayWait ? "all" : many ? "wait" : "alone";
    const attempt = async (looksUp: boolean) => {
      let isCommitted = false;
      try {
        const done = await withTransaction(options.pool, (client) =>
          writeInTransaction(client, options, this.journal, batches, requests, events, {
            looksUp,
            gains,
          }),
        );
        isCommitted = true;
        return done;
      } finally {
        this.journal.ended(isCommitted);
      }
    };
    let written: Written;
    let looksUp = !many || this.meetsRepeats;
    try {
      written = await attempt(looksUp);
    } catch (error) {
      if (looksUp || !(error instanceof DatabaseError) || !repeats.includes(error.code))
        throw error;
      looksUp = true;
      written = await attempt(looksUp);
    }
    if (many) this.meetsRepeats = looksUp && written.requests < requests.length;
    if (!this.journal.holdsAny) this.heldRows = 0;
    else {
      if (this.heldRows === 0) this.heldSince = options.now();
      if (gains === "wait") this.heldRows += requests.length;
    }
    return { ...written, named: [...new Set([...written.named, ...newlyNamed])] };
  }

  private mayHoldStill(more: number): boolean {
    return (
      this.heldRows === 0 ||
      (this.heldRows + more <= mostHeldRows && this.options.now() - this.heldSince < longestHeldMs)
    );
  }
}

/** Finds the ids of all names; answers the pools in which a node's name is new. */
async function learnNames(
  { dictionary, pool }: WriterOptions,
  batches: readonly Batch[],
): Promise<number[]> {
  const pools = new Set<string>();
  const lbs = new Set<string>();
  for (const batch of batches) {
    for (const event of batch.events) pools.add(event.pool);
    for (const change of batch.changes) {
      if (change.pool !== null) pools.add(change.pool);
      if (change.lb !== null) lbs.add(change.lb);
    }
  }
  await dictionary.learnPools(pools);
  await dictionary.learnLbs(lbs);
  await dictionary.texts.learn(pool);
  return await dictionary.shapes.learn(pool, dictionary);
}

async function writeInTransaction(
  client: PoolClient,
  options: WriterOptions,
  journal: SessionJournal,
  batches: readonly Batch[],
  requests: readonly RequestFact[],
  events: readonly EventFact[],
  plan: Plan,
): Promise<Written> {
  const { dictionary } = options;
  // The joins below probe an index once per row; a plan made for a nearly empty table must not scan it.
  await client.query(
    `SELECT pg_advisory_xact_lock(${writeLock});
     SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL jit = off`,
  );

  const links = new Links(client, options.secret);
  await links.loadEventsFor(requests);
  const fresh = plan.looksUp ? await freshRequests(client, requests, links.events) : requests;
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
  const rows = inSessionOrder(rowsToWrite(placement, fresh));

  const copying = copyRequests(client, rows);
  // Awaited below; a failure meanwhile must not be called unhandled.
  copying.catch(() => undefined);
  // Summed up while Postgres takes the rows.
  const rollups = rollupsOf(fresh, freshEvents, placement.meetings, dictionary);
  const gains = gainsOf(rows);
  const days = daysOf(fresh, freshEvents);
  await copying;
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
  await noteWritten(client, [...days], options.now());

  let marks = 0;
  const moved = placement.moves.length + placement.copies.length + placement.drops.length;
  // Where rows were moved, sessions are reckoned anew from their rows, those included whose gains wait.
  const isPlain = moved === 0 && freshEvents.length === 0;
  if (plan.gains === "wait" && isPlain) await journal.append(client, gains);
  else
    marks = await updateSessions(client, {
      gains,
      journal: plan.gains === "alone" && isPlain ? null : journal,
      placement,
      events: freshEvents,
      dictionary,
    });

  const changes = changesOf(dictionary, batches);
  const newChanges = await insertChanges(client, changes);
  const freshChanges = changes.filter((change) => newChanges.has(change.id));
  await markUnreviewed(client, reviewsOf(fresh, freshEvents, freshChanges));
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

  const pools = new Set<string>();
  let oldestAt: EpochMs | null = null;
  let newestAt: EpochMs | null = null;
  for (const { startedAt, shape } of fresh) {
    pools.add(shape.poolName);
    if (oldestAt === null || startedAt < oldestAt) oldestAt = startedAt;
    if (newestAt === null || startedAt > newestAt) newestAt = startedAt;
  }
  for (const event of freshEvents) pools.add(event.pool);
  return {
    outcomes,
    requests: fresh.length,
    tail: fresh.slice(-tailRequests).map((request) => shown(request, dictionary)),
    events: freshEvents.length,
    changes: freshChanges,
    pools: [...pools],
    oldestAt,
    newestAt,
    named: rollups.pairedPools(),
    unsettled: marks > 0 || rollups.pairedPools().length > 0 || freshChanges.length > 0,
  };
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
