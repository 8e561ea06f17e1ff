import { DatabaseError, type Pool, type PoolClient } from "pg";
import type { EpochMs } from "@/lib/domain/facts";
import { withTransaction } from "@/lib/store/database";
import { lacksPartition, makeRoom } from "@/lib/store/partitions";
import type { Dictionary } from "@/lib/store/write/dictionary";
import { writeLock } from "@/lib/store/write/locks";
import { RowWriter } from "@/lib/store/write/row-writer";
import { SessionGains } from "@/lib/store/write/session-gains";
import { SessionJournal } from "@/lib/store/write/session-journal";
import type { SourceStep } from "@/lib/store/write/source-steps";
import { Spares } from "@/lib/store/write/spares";
import { type Batch, dayMs, daysOf, sizeOf } from "./batch";
import { type Facts, factsOf } from "./new-facts";
import type { GainsPlan } from "./session-updates";
import { type Course, type Written, writeFacts } from "./transaction";
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
/** Where turns of their own cannot keep up, a transaction that brings rows beyond so many gives a quarter its own, too. */
const mostAhead = 2 * mostHeldRows;
/** So many times what the last quarter took, within these bounds: a seventh of the time at most is spent on it. */
const heldMs = { times: 6, least: 100, most: 750 };
/** A row is stored already: what one machine says, and what a cluster's coordinator says when a shard refused a copied row. */
const repeats: readonly (string | undefined)[] = ["23505", "XX000"];
/** Two transactions that hold rows of the same lines waited for each other. */
const deadlock = "40P01";
const mostTries = 4;

export interface WriterOptions {
  /** Transactions with more requests do not ask first which are stored already. */
  looksUpTo: number;
  pool: Pool;
  dictionary: Dictionary;
  secret: Uint8Array;
  now: () => EpochMs;
}

/** What a transaction's writing is told of those that follow. */
export interface StreamWriting extends Writing {
  /** Whether deliveries follow one another so fast that nobody waits for their sessions' rows. */
  isStream: boolean;
}

/** A transaction's time as the only one that writes. */
interface Turn {
  gains: GainsPlan;
  since: EpochMs;
  end(): void;
}

/**
 * Writes batches, each call in one transaction: facts, the sessions they
 * belong to, and rollups. What the batches repeat, or what is stored already,
 * is left out. Bounces are not found here but marked to be (see settle), in
 * the same transaction, so that nothing is forgotten. Calls may overlap: they
 * take turns by a lock of the database, before which rows may be sent that
 * concern nobody else.
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
  /** Resolves when what is said here of the last turn is true. */
  private lastTurn: Promise<void> = Promise.resolve();

  constructor(private readonly options: WriterOptions) {}

  /** Whether sessions still wait for what they gained. */
  get holdsGains(): boolean {
    return this.journal.holdsAny;
  }

  /** Whether a quarter of the sessions is to be given what waits for it: by a batch that brings nothing. */
  get isTurnDue(): boolean {
    if (this.heldSince === null) return false;
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
        const isRefused: boolean = !asides && repeats.includes(code);
        if (!isRefused && (code !== deadlock || tries >= mostTries)) throw error;
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
    let turn: Turn | null = null;
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
            turn = await this.takeTurn(own, facts.batches, rows, writing);
            return turn.gains;
          },
        }),
      );
      isCommitted = true;
      gains.clear();
      if (many) this.sums.giveBack(gains);
      return written;
    } finally {
      this.endTurn(turn, isCommitted, rows);
    }
  }

  /** Waits for the others. @param rows how many the transaction brings, where they are many. */
  private async takeTurn(
    client: PoolClient,
    batches: readonly Batch[],
    rows: number,
    writing: Writing,
  ): Promise<Turn> {
    // The joins that follow probe an index once per row; a plan made for a nearly empty table must not scan it.
    await client.query(
      `SELECT pg_advisory_xact_lock(${writeLock});
       SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL jit = off`,
    );
    // It has ended in the database, which is about to be heard here too.
    await this.lastTurn;
    let end = () => {};
    this.lastTurn = new Promise((resolve) => {
      end = resolve;
    });
    const since = this.options.now();
    const isDue =
      this.heldRows + rows > mostAhead ||
      (this.isTurnDue && batches.some((batch) => sizeOf(batch) === 0));
    // Few rows are added at once, so that they are seen, and leave the rest to wait until it is worth its while.
    if (!writing.moreFollows()) return { gains: { own: "added", waiting: "all" }, since, end };
    return {
      since,
      gains: {
        own: rows > 0 ? "waits" : "added",
        waiting: isDue ? "quarter" : "none",
      },
      end,
    };
  }

  private endTurn(turn: Turn | null, isCommitted: boolean, rows: number): void {
    if (turn === null) return;
    this.journal.ended(isCommitted);
    const { own, waiting } = turn.gains;
    if (waiting === "quarter") this.quarterMs = this.options.now() - turn.since;
    // Where rows were moved, more was added than the turn had meant: nothing waits then.
    const isEmpty = !this.journal.holdsAny;
    if (isEmpty || waiting !== "none") this.heldRows = 0;
    else if (own === "waits") this.heldRows += rows;
    if (isEmpty) this.heldSince = null;
    else if (this.heldSince === null || waiting !== "none") this.heldSince = this.options.now();
    turn.end();
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
