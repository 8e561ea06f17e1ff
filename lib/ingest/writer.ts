import { DatabaseError, type Pool, type PoolClient } from "pg";
import type { EpochMs } from "@/lib/domain/facts";
import { withTransaction } from "@/lib/store/database";
import { lacksPartition, makeRoom } from "@/lib/store/partitions";
import type { Dictionary } from "@/lib/store/write/dictionary";
import { sessionLock, waitForLocks, writeLock } from "@/lib/store/write/locks";
import { RowWriter } from "@/lib/store/write/row-writer";
import { SessionGains } from "@/lib/store/write/session-gains";
import { SessionJournal } from "@/lib/store/write/session-journal";
import type { SourceStep } from "@/lib/store/write/source-steps";
import { Spares } from "@/lib/store/write/spares";
import { type Batch, dayMs, daysOf } from "./batch";
import { type Facts, factsOf } from "./new-facts";
import { updateSessions } from "./session-updates";
import { type Course, type GainsPlan, type Written, writeFacts } from "./transaction";
import type { Writing } from "./write-queue";

/** Up to so many requests, asking first which are stored already costs less than having to write them again. */
export const fewRequests = 1000;
/** The same while deliveries stream in: their sessions may wait. */
const fewInStream = 200;
/**
 * After so many rows, or so long, a quarter of the sessions is given what waits for it in the journal: each session in
 * four times that. All at once would keep lone lines waiting; the less often, the more of a session's requests are added
 * to its row together.
 */
const mostHeldRows = 120_000;
/** Where turns cannot keep up, a transaction that brings rows beyond so many waits for the next one. */
const mostAhead = 2 * mostHeldRows;
/** So many times what the last quarter took, within these bounds: a seventh of the time at most is spent on it. */
const heldMs = { times: 6, least: 100, most: 750 };
/** A row is stored already: what one machine says, and what a cluster's coordinator says when a shard refused a copied row. */
const repeats: readonly (string | undefined)[] = ["23505", "XX000"];
/** Two transactions that hold rows of the same lines waited for each other. */
function isDeadlock(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return false;
  // A shard's has no code.
  return (
    error.code === "40P01" || (error.code === "XX000" && error.message === "deadlock detected")
  );
}
const mostTries = 4;
/** The joins that follow probe an index once per row; a plan made for a nearly empty table must not scan it. */
const probing =
  "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL jit = off";

export interface WriterOptions {
  /** Transactions with more requests do not ask first which are stored already. */
  looksUpTo: number;
  pool: Pool;
  dictionary: Dictionary;
  secret: Uint8Array;
  now: () => EpochMs;
  /** Called when a quarter of the sessions was given what waited for it. @param unsettled whether any is to be judged. */
  onTurn: (unsettled: boolean) => void;
}

/** What a transaction's writing is told of those that follow. */
export interface StreamWriting extends Writing {
  /** Whether deliveries follow one another so fast that nobody waits for their sessions' rows. */
  isStream: boolean;
}

/** A transaction's time as the only one that writes. */
interface Hold {
  gains: GainsPlan;
  end(): void;
}

/**
 * Writes batches, each call in one transaction: facts, the sessions they
 * belong to, and rollups. What the batches repeat, or what is stored already,
 * is left out. Bounces are not found here but marked to be (see settle), in
 * the same transaction, so that nothing is forgotten. Calls may overlap: they
 * take turns by a lock of the database, before which rows may be sent that
 * concern nobody else. Under a stream sessions' rows are changed by
 * transactions of their own, beside those that bring facts.
 */
export class Writer {
  private readonly journal = new SessionJournal();
  private readonly rows = new RowWriter();
  /** For what the sessions gain by many rows; two transactions at a time are of many. */
  private readonly sums = new Spares(() => new SessionGains(), 2);
  private heldRows = 0;
  private heldSince: EpochMs | null = null;
  /** How long the last turn took that gave a quarter of the sessions what they gained; nothing is known at first. */
  private quarterMs = heldMs.most / heldMs.times;
  /** Whether requests that came lately were stored already. */
  private meetsRepeats = false;
  /** The turn under way. */
  private turn: Promise<void> | null = null;
  /** Resolves when what is said here of the last transaction that had the lock is true. */
  private lastHold: Promise<void> = Promise.resolve();

  constructor(private readonly options: WriterOptions) {}

  /** Whether sessions still wait for what they gained. */
  get holdsGains(): boolean {
    return this.journal.holdsAny;
  }

  /** Whether a quarter of the sessions is to be given what waits for it. */
  get isTurnDue(): boolean {
    if (this.heldSince === null || this.turn !== null) return false;
    const { times, least, most } = heldMs;
    const longestMs = Math.min(most, Math.max(least, times * this.quarterMs));
    return this.heldRows >= mostHeldRows || this.options.now() - this.heldSince >= longestMs;
  }

  /** @param steps what the batches bring to the course of their sources. */
  async write(
    batches: readonly Batch[],
    writing: StreamWriting,
    steps: readonly SourceStep[] = [],
  ): Promise<Written> {
    const { options } = this;
    const brought = batches.reduce(
      (sum, batch) => sum + batch.requests.length + batch.bare.count,
      0,
    );
    const few = writing.isStream ? Math.min(options.looksUpTo, fewInStream) : options.looksUpTo;
    const many = brought > few;
    let looksUp = !many || this.meetsRepeats;
    let facts = factsOf(batches, !looksUp, this.rows);
    const newlyNamed = await learnNames(options, batches);
    const days = daysOf(facts.requests, facts.bare, facts.events);
    while (many && this.heldRows > 0 && this.heldRows + brought > mostAhead) await this.takeTurn();

    let asides = false;
    for (let tries = 1; ; tries++)
      try {
        // Day by day: one line with a strange date must not make partitions for all the years between.
        for (const day of days) await makeRoom(options.pool, day * dayMs, options.now());
        const written = await this.attempt(facts, many, { looksUp, asides, steps }, writing);
        if (many) this.meetsRepeats = looksUp && written.requests < facts.requests.length;
        return { ...written, named: [...new Set([...written.named, ...newlyNamed])] };
      } catch (error) {
        if (lacksPartition(error, options.pool) && tries < mostTries) continue;
        const code = error instanceof DatabaseError ? error.code : undefined;
        const isBlocked = isDeadlock(error);
        const isRefused: boolean = !asides && !isBlocked && repeats.includes(code);
        if (!isRefused && (!isBlocked || tries >= mostTries)) throw error;
        // What the key refuses though it is not stored has its place in common with another request.
        asides ||= isRefused && looksUp;
        looksUp = true;
        facts = factsOf(batches, false, this.rows);
      }
  }

  private async attempt(
    facts: Facts,
    many: boolean,
    how: Pick<Course, "looksUp" | "asides" | "steps">,
    writing: Writing,
  ): Promise<Written> {
    const { pool, dictionary, secret, now } = this.options;
    const rows = many ? facts.requests.length + facts.bare.count : 0;
    const gains = many ? this.sums.take() : new SessionGains();
    let hold: Hold | null = null;
    let isCommitted = false;
    try {
      const written = await withTransaction(pool, (client) =>
        writeFacts(client, facts, {
          dictionary,
          secret,
          now,
          journal: this.journal,
          gains,
          ...how,
          copied: writing.copied,
          lock: async (own) => {
            hold = await this.hold(own, rows, facts.standAlone, writing);
            return hold.gains;
          },
        }),
      );
      isCommitted = true;
      gains.clear();
      if (many) this.sums.giveBack(gains);
      return written;
    } finally {
      this.endHold(hold, isCommitted, rows);
    }
  }

  /**
   * Waits for the others.
   * @param rows how many the transaction brings, where they are many.
   * @param standAlone whether no event can tell where they go: then it changes no session but by what they gain.
   */
  private async hold(
    client: PoolClient,
    rows: number,
    standAlone: boolean,
    writing: Writing,
  ): Promise<Hold> {
    // Few rows are added at once, so that they are seen, and leave the rest to wait until it is worth its while.
    const follows = writing.moreFollows();
    const own = rows > 0 && follows ? "waits" : "added";
    const changes = own === "added" || !standAlone;
    await client.query(
      `${waitForLocks(changes ? [sessionLock, writeLock] : [writeLock])}; ${probing}`,
    );
    // It has ended in the database, which is about to be heard here too.
    await this.lastHold;
    let end = () => {};
    this.lastHold = new Promise((resolve) => {
      end = resolve;
    });
    return { gains: { own, waiting: follows ? "stays" : "added" }, end };
  }

  private endHold(hold: Hold | null, isCommitted: boolean, rows: number): void {
    if (hold === null) return;
    this.journal.ended(isCommitted);
    if (hold.gains.own === "waits") this.heldRows += rows;
    this.startHolding();
    hold.end();
  }

  /** Where rows were moved, more was added than the transaction had meant: nothing waits then. */
  private startHolding(): void {
    if (this.journal.holdsAny) this.heldSince ??= this.options.now();
    else {
      this.heldRows = 0;
      this.heldSince = null;
    }
  }

  /** Gives a quarter of the sessions what waits for it; joins the turn that is under way. */
  async takeTurn(): Promise<void> {
    this.turn ??= this.giveQuarter().finally(() => {
      this.turn = null;
    });
    await this.turn;
  }

  /** Resolves when no turn is under way. */
  async idle(): Promise<void> {
    await this.turn?.catch(() => undefined);
  }

  private async giveQuarter(): Promise<void> {
    const { pool, dictionary, now, onTurn } = this.options;
    let isCommitted = false;
    let since = now();
    try {
      const marks = await withTransaction(pool, async (client) => {
        await client.query(`${waitForLocks([sessionLock])}; ${probing}`);
        since = now();
        this.heldRows = 0;
        this.heldSince = null;
        const gains = await this.journal.takeQuarter(client);
        const placement = { moves: [], copies: [], drops: [] };
        return await updateSessions(client, { gains, placement, events: [], dictionary });
      });
      isCommitted = true;
      onTurn(marks > 0);
    } finally {
      this.quarterMs = now() - since;
      this.journal.turned(isCommitted);
      this.startHolding();
    }
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
