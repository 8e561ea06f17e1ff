import type { Pool, PoolClient } from "pg";
import { findBounces } from "@/lib/domain/bounces";
import { classOf, isExplained } from "@/lib/domain/causes";
import type { EpochMs } from "@/lib/domain/facts";
import { mostJudged } from "@/lib/domain/history";
import { judgeSession } from "@/lib/domain/judge";
import type { Move, PoolContext } from "@/lib/domain/pool-context";
import { windowOf } from "@/lib/domain/pool-sample";
import { withTransaction } from "@/lib/store/database";
import { countBounces } from "@/lib/store/settle/bounce-spans";
import { CommonParts } from "@/lib/store/settle/common-parts";
import {
  eventsOf,
  firstRequestsOf,
  requestsOf,
  type SessionRecord,
  sessionsOf,
} from "@/lib/store/settle/history-rows";
import { hasMarks, takeUnsettled, unsettleUnreviewed } from "@/lib/store/settle/marks";
import { nameRecords } from "@/lib/store/settle/surroundings";
import {
  type BounceRecord,
  bouncesOf,
  dropBounces,
  dropLosses,
  insertBounces,
  insertLosses,
  type LossRecord,
  lossesOf,
  type SessionCounts,
  updateCounts,
  type VerdictKey,
} from "@/lib/store/settle/verdict-rows";
import { sessionLock, settleLock } from "@/lib/store/write/locks";
import { markPoolsUnsettled, markUnsettled } from "@/lib/store/write/sessions";
import { proofs, Texts } from "@/lib/store/write/texts";
import { type PooledHistory, pooledHistories } from "./histories";
import { learnNames } from "./learn-names";
import { NameBook } from "./name-book";
import { mostMoves, poolContext } from "./pool-material";

const sessionsPerRound = 500;
/** Memory holds the histories of one round. */
const requestsPerRound = 20_000;
/** Sessions judged between two turns of the event loop. */
const sessionsPerTurn = 25;

/** What a round found. */
export interface Settled {
  /** Those that were not known before. */
  bounces: BounceRecord[];
  losses: LossRecord[];
  /** Where anything is other now, also a cause alone, or is no more. */
  pools: number[];
  /** The earliest of it; null: all is as it was. */
  from: EpochMs | null;
}

/** Learns anew which names of these pools' nodes are one node; their sessions are marked where that changed anything. */
export async function settleNames(db: Pool, pools: readonly number[]): Promise<void> {
  if (pools.length === 0) return;
  await withTransaction(db, async (client) => {
    await client.query("SELECT pg_advisory_xact_lock($1)", [settleLock]);
    const records = await nameRecords(client);
    const names = new NameBook(records);
    const changed: number[] = [];
    for (const pool of pools)
      if (await learnNames(client, pool, names, records)) changed.push(pool);
    await markPoolsUnsettled(client, changed);
  });
}

/** Pools that have any node: whose names to learn when nothing else is known, at start-up. */
export async function pooledNodes(db: Pool): Promise<number[]> {
  const { rows } = await db.query<{ pool: number }>(
    "SELECT DISTINCT pool FROM nodes ORDER BY pool",
  );
  return rows.map((row) => row.pool);
}

/** Marks the sessions around whose bounces new facts came in; answers how many. */
export async function beginReview(db: Pool): Promise<number> {
  return await withTransaction(db, async (client) => {
    await client.query("SELECT pg_advisory_xact_lock($1)", [settleLock]);
    return await unsettleUnreviewed(client);
  });
}

export async function hasUnsettled(db: Pool): Promise<boolean> {
  const client = await db.connect();
  try {
    return await hasMarks(client);
  } finally {
    client.release();
  }
}

/**
 * Finds the bounces and losses of the sessions marked first, and writes what
 * changed. Null when none was marked.
 */
export async function settleRound(db: Pool, contexts: ContextMemory): Promise<Settled | null> {
  const settled = await withTransaction(db, async (client) => {
    await client.query("SELECT pg_advisory_xact_lock($1)", [settleLock]);
    const marked = await takeUnsettled(client, sessionsPerRound);
    if (marked.length === 0) return null;
    // A history is gathered by index look-ups, whatever the tables' statistics say of so many sessions.
    await client.query(
      "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_bitmapscan = off; SET LOCAL jit = off",
    );
    const names = new NameBook(await nameRecords(client));
    const rows = await sessionsOf(client, marked);
    const { sessions, later } = ofOneRound(marked, rows);
    await markUnsettled(
      client,
      later.map((session) => ({ session, pool: 0 })),
    );
    const { histories, gone } = await loadHistories(client, sessions, rows, names, contexts.parts);
    const verdicts = await judge(client, histories, names, contexts);
    return await write(
      client,
      sessions.filter((session) => !gone.has(session)),
      verdicts,
      contexts.proofs,
    );
  });
  await contexts.proofs.learn(db);
  return settled;
}

/** Which of the marked sessions are judged now: so many that their histories are not too large, one at least. */
function ofOneRound(
  marked: readonly string[],
  rows: readonly SessionRecord[],
): { sessions: string[]; later: string[] } {
  const sizes = new Map<string, number>();
  for (const { session, requests } of rows)
    sizes.set(session, (sizes.get(session) ?? 0) + requests);
  const sessions: string[] = [];
  const later: string[] = [];
  let requests = 0;
  for (const session of marked) {
    const size = Math.min(mostJudged, sizes.get(session) ?? 0);
    if (requests > 0 && requests + size > requestsPerRound) later.push(session);
    else {
      sessions.push(session);
      requests += size;
    }
  }
  return { sessions, later };
}

/** The sessions' histories; `gone` are those whose requests are no longer kept: what was found of them stays. */
async function loadHistories(
  client: PoolClient,
  sessions: readonly string[],
  known: readonly SessionRecord[],
  names: NameBook,
  parts: CommonParts,
): Promise<{ histories: PooledHistory[]; gone: ReadonlySet<string> }> {
  const asked = new Set(sessions);
  const rows = known.filter((row) => asked.has(row.session));
  const gone = new Set(rows.flatMap((row) => (row.requests > 0 ? [row.session] : [])));
  if (rows.length === 0) return { histories: [], gone };
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  const endless = new Set<string>();
  for (const row of rows) {
    from = Math.min(from, row.firstSeen);
    to = Math.max(to, row.lastSeen);
    if (row.requests > mostJudged) endless.add(row.session);
  }
  const usual = sessions.filter((session) => !endless.has(session));
  const requests = await requestsOf(client, usual, from, to, parts);
  for (const session of endless)
    requests.push(...(await firstRequestsOf(client, session, from, to, mostJudged, parts)));
  const events = await eventsOf(client, sessions, mostJudged);
  for (const { session } of requests) gone.delete(session);
  const left = rows.filter((row) => !gone.has(row.session));
  return { histories: pooledHistories(left, requests, events, names), gone };
}

interface Verdicts {
  bounces: BounceRecord[];
  losses: LossRecord[];
  counts: SessionCounts[];
}

/** Keeps the surroundings of pools for the rounds that follow each other closely. */
export class ContextMemory {
  /** What requests have in common never changes. */
  readonly parts = new CommonParts();
  readonly proofs = new Texts(proofs);
  private readonly contexts = new Map<string, { context: PoolContext; at: number }>();

  constructor(
    private readonly now: () => number,
    private readonly maxAgeMs: number,
  ) {}

  async get(key: string, make: () => Promise<PoolContext>): Promise<PoolContext> {
    const known = this.contexts.get(key);
    if (known && this.now() - known.at <= this.maxAgeMs) return known.context;
    const context = await make();
    if (this.contexts.size > 200) this.contexts.clear();
    this.contexts.set(key, { context, at: this.now() });
    return context;
  }

  clear(): void {
    this.contexts.clear();
  }
}

async function judge(
  client: PoolClient,
  histories: readonly PooledHistory[],
  names: NameBook,
  contexts: ContextMemory,
): Promise<Verdicts> {
  const verdicts: Verdicts = { bounces: [], losses: [], counts: [] };
  const moves = movesOf(histories);
  const around = new Map<string, PoolContext>();
  let judged = 0;
  for (const pooled of histories) {
    const window = windowOf(pooled.from, pooled.to);
    const key = `${pooled.poolId} ${window.from} ${window.to}`;
    let context = around.get(key);
    if (!context) {
      const known = await contexts.get(key, () =>
        poolContext(client, pooled.poolId, window, names, contexts.parts),
      );
      context = withMoves(known, moves.get(pooled.poolId) ?? [], window);
      around.set(key, context);
    }
    add(verdicts, pooled, judgeSession(pooled.history, context), names);
    judged += 1;
    if (judged % sessionsPerTurn === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return verdicts;
}

/** The moves of the sessions that are judged now: those that are stored of them may be out of date. */
function movesOf(histories: readonly PooledHistory[]): Map<number, Move[]> {
  const moves = new Map<number, Move[]>();
  for (const { session, poolId, history } of histories)
    for (const { request, from, to } of findBounces(history.requests)) {
      const move = { session, at: request.startedAt, lb: request.lb, from, to };
      const inPool = moves.get(poolId);
      if (inPool) inPool.push(move);
      else moves.set(poolId, [move]);
    }
  return moves;
}

/** A pool's surroundings with the moves as they are found now in the place of those that were stored. */
function withMoves(
  context: PoolContext,
  moves: readonly Move[],
  window: { from: number; to: number },
): PoolContext {
  const fresh = moves.filter((move) => move.at >= window.from && move.at <= window.to);
  if (fresh.length === 0) return context;
  const key = (move: Move) => `${move.session}\0${move.at}`;
  const known = new Set(fresh.map(key));
  const all = [...context.moves.filter((move) => !known.has(key(move))), ...fresh];
  all.sort((a, b) => a.at - b.at || (a.session < b.session ? -1 : 1));
  return { ...context, moves: all.slice(0, mostMoves) };
}

function add(
  verdicts: Verdicts,
  { session, poolId, requests }: PooledHistory,
  judged: ReturnType<typeof judgeSession>,
  names: NameBook,
): void {
  let unexplained = 0;
  let returns = 0;
  for (const { previous, request, from, to, isReturn, verdict } of judged.bounces) {
    if (!isExplained(verdict.cause)) unexplained += 1;
    if (isReturn) returns += 1;
    verdicts.bounces.push({
      session,
      at: request.startedAt,
      id: request.id,
      pool: poolId,
      lb: requests.get(request.id)?.lb ?? 0,
      previous: previous.id,
      previousAt: previous.startedAt,
      fromNode: names.nodeNamed(poolId, from)?.id ?? 0,
      toNode: names.nodeNamed(poolId, to)?.id ?? 0,
      isReturn,
      cause: verdict.cause,
      class: classOf(verdict.cause),
      confidence: Math.fround(Math.round(verdict.confidence * 1000) / 1000),
      evidence: verdict.evidence,
      correlation: request.correlationIds[0] ?? null,
    });
  }
  for (const { event, node, lostTo, evidence } of judged.losses)
    verdicts.losses.push({
      session,
      at: event.at,
      id: event.id,
      pool: poolId,
      node: node ?? event.reportedNode,
      correlation: event.correlation,
      lostTo,
      evidence,
    });
  verdicts.counts.push({
    session,
    pool: poolId,
    bounces: judged.bounces.length,
    unexplained,
    returns,
    losses: judged.losses.length,
    pingPong: judged.pingPong,
    mainCause: judged.mainCause,
  });
}

async function write(
  client: PoolClient,
  sessions: readonly string[],
  verdicts: Verdicts,
  texts: Texts,
): Promise<Settled> {
  const before = {
    bounces: await bouncesOf(client, sessions),
    losses: await lossesOf(client, sessions),
  };
  const bounces = difference(before.bounces, verdicts.bounces);
  const losses = difference(before.losses, verdicts.losses);
  // From here on rows of sessions are changed, as the writing does too: each would wait for the other's.
  await client.query("SELECT pg_advisory_xact_lock($1)", [sessionLock]);
  await countBounces(client, bounces.gone, -1);
  await dropBounces(client, bounces.gone);
  await insertBounces(client, bounces.come, texts);
  await countBounces(client, bounces.come, 1);
  await dropLosses(client, losses.gone);
  await insertLosses(client, losses.come);
  await updateCounts(client, verdicts.counts);
  const changed = [...bounces.gone, ...bounces.come, ...losses.gone, ...losses.come];
  return {
    bounces: news(before.bounces, verdicts.bounces),
    losses: news(before.losses, verdicts.losses),
    pools: [...new Set(changed.map(({ pool }) => pool))],
    from: changed.reduce<EpochMs | null>((from, { at }) => Math.min(from ?? at, at), null),
  };
}

/** What has to be taken away and written, so that what was becomes what is: a session that goes on keeps its earlier rows. */
function difference<T extends VerdictKey>(
  before: readonly T[],
  after: readonly T[],
): { gone: T[]; come: T[] } {
  const key = (row: T) => `${row.session}${row.id}${Math.round(row.at * 1000)}`;
  const left = new Map(before.map((row) => [key(row), row]));
  const come: T[] = [];
  for (const row of after) {
    const own = key(row);
    const was = left.get(own);
    if (was !== undefined && isSame(was, row)) left.delete(own);
    else come.push(row);
  }
  return { gone: [...left.values()], come };
}

/** Whether two values are the same once they were stored and read back: times to the microsecond, nothing undefined. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a === "number" && typeof b === "number")
    return Math.round(a * 1000) === Math.round(b * 1000);
  if (!hasMembers(a) || !hasMembers(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  // Without making anything of them: while lines stream in, this compares thousands of bounces a second.
  for (const name of Object.keys(a))
    if (a[name] !== undefined && !isSame(a[name], b[name])) return false;
  for (const name of Object.keys(b))
    if (b[name] !== undefined && a[name] === undefined) return false;
  return true;
}

function hasMembers(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function news<T extends VerdictKey>(before: readonly T[], after: readonly T[]): T[] {
  const known = new Set(before.map((row) => row.session + row.id));
  return after.filter((row) => !known.has(row.session + row.id));
}
