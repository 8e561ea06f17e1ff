import type { PoolClient } from "pg";
import { type PackedQuarter, packQuarters, unpack } from "./packed-gains";
import { type Quarter, quarters, SessionGains } from "./session-gains";

interface Waiting {
  n: number;
  gains: Buffer | null;
}

/** What a process remembers of a quarter of the sessions. */
interface Part {
  /** The rows whose gains are in `sums`. */
  rows: Set<number>;
  /** Rows whose gains are there too, and whose numbers are not known yet. */
  unnumbered: number;
  sums: SessionGains;
}

type Parts = Record<Quarter, Part>;

/*
 * Gains that are on disk and not yet in the sessions' rows. Whoever holds the sessions' lock may add any of them to the
 * sessions, whichever process wrote them: they are sums. They are written under the lock of those who write facts, so
 * that both go on beside each other. A process keeps the sums of its own in memory, so that only what another process
 * left is read back.
 */
export class SessionJournal {
  private parts = noParts();
  /** Whether a transaction that wrote gains, or took all, has not ended yet. */
  private isOpen = false;
  /** The quarter that is being taken. */
  private turning: Quarter | null = null;
  /** Which quarter of the sessions is next. */
  private next: Quarter = 0;

  /** Whether gains of this process may wait. */
  get holdsAny(): boolean {
    return this.turning !== null || quarters.some((quarter) => this.parts[quarter].rows.size > 0);
  }

  /**
   * Writes a transaction's gains down, in that transaction. The caller holds the lock of those who write facts.
   * @param packed these, if they were packed while others did not wait.
   */
  async append(
    client: PoolClient,
    gains: SessionGains,
    packed: readonly PackedQuarter[] = packQuarters(gains),
  ): Promise<void> {
    if (packed.length === 0) return;
    this.isOpen = true;
    const writing = client.query<{ n: number; quarter: Quarter }>(
      `INSERT INTO session_gains (quarter, gains)
       VALUES ${packed.map((_, at) => `($${at * 2 + 1}, $${at * 2 + 2})`).join(", ")} RETURNING n, quarter`,
      packed.flatMap(({ quarter, bytes }) => [quarter, bytes]),
    );
    // Awaited below; a failure meanwhile must not be called unhandled.
    writing.catch(() => undefined);
    // A quarter that is taken meanwhile takes these parts with it.
    const parts = { ...this.parts };
    gains.mergeInto(parts);
    for (const { quarter } of packed) parts[quarter].unnumbered += 1;
    for (const { n, quarter } of (await writing).rows) {
      parts[quarter].unnumbered -= 1;
      parts[quarter].rows.add(n);
    }
  }

  /** Says how such a transaction ended: after a failure what is on disk counts, not what is remembered. */
  ended(isCommitted: boolean): void {
    if (this.isOpen && !isCommitted)
      for (const quarter of quarters)
        this.parts[quarter] = { ...noPart(), rows: new Set([unknown]) };
    this.isOpen = false;
  }

  /** Takes all gains that wait, summed up. The caller holds both locks and adds them in the same transaction. */
  async takeAll(client: PoolClient): Promise<SessionGains> {
    this.isOpen = true;
    const { parts } = this;
    const own = quarters.flatMap((quarter) => [...parts[quarter].rows]);
    this.parts = noParts();
    const { rows } = await client.query<Waiting>(
      `SELECT n, CASE WHEN n = ANY ($1::bigint[]) THEN NULL ELSE gains END AS gains FROM session_gains ORDER BY n`,
      [own],
    );
    const isWhole = own.length === rememberedOf(rows);
    const known = isWhole ? quarters.map((quarter) => parts[quarter].sums) : [];
    const all = new SessionGains(known.reduce((size, sums) => size + sums.size, 0));
    for (const sums of known) all.merge(sums);
    await readInto(client, all, rows, isWhole);
    // Nobody reads it without the lock, nor writes: all of its room is free at once.
    if (rows.length > 0) await client.query("TRUNCATE session_gains");
    return all;
  }

  /**
   * Takes a quarter of the sessions' gains, each time the next one, while others may be written down. The caller holds the
   * sessions' lock and adds them in the same transaction. A row that is not there yet stays for the next time, and one that
   * comes meanwhile may be taken along: what is remembered is not what is there then, and the rows are read.
   */
  async takeQuarter(client: PoolClient): Promise<SessionGains> {
    const quarter = this.next;
    this.next = ((quarter + 1) % 4) as Quarter;
    const part = this.parts[quarter];
    this.parts[quarter] = noPart();
    this.turning = quarter;
    const { rows } = await client.query<Waiting>(
      `SELECT n, CASE WHEN n = ANY ($2::bigint[]) THEN NULL ELSE gains END AS gains
       FROM session_gains WHERE quarter = $1 ORDER BY n`,
      [quarter, [...part.rows]],
    );
    const isWhole = part.unnumbered === 0 && part.rows.size === rememberedOf(rows);
    const sums = isWhole ? part.sums : new SessionGains();
    await readInto(client, sums, rows, isWhole);
    if (rows.length > 0)
      await client.query("DELETE FROM session_gains WHERE n = ANY ($1::bigint[])", [
        rows.map(({ n }) => n),
      ]);
    return sums;
  }

  /** Says how the transaction that took a quarter ended. */
  turned(isCommitted: boolean): void {
    if (this.turning !== null && !isCommitted) this.parts[this.turning].rows.add(unknown);
    this.turning = null;
  }
}

/** Stands for rows that may be there; no row has this number, so the sum in memory is not taken for whole. */
const unknown = -1;

function noPart(): Part {
  return { rows: new Set(), unnumbered: 0, sums: new SessionGains() };
}

/** How many of the rows this process remembers. */
function rememberedOf(rows: readonly Waiting[]): number {
  return rows.filter(({ gains }) => gains === null).length;
}

function noParts(): Parts {
  return [noPart(), noPart(), noPart(), noPart()];
}

/**
 * Adds what rows hold to sums; where these are whole, what the rows hold besides. Another process may have added some of
 * ours to the sessions: then the sums are of no use, and all is read.
 */
async function readInto(
  client: PoolClient,
  sums: SessionGains,
  rows: readonly Waiting[],
  isWhole: boolean,
): Promise<void> {
  const unread = isWhole ? [] : rows.flatMap(({ n, gains }) => (gains === null ? [n] : []));
  for (const { gains } of rows) if (gains !== null) unpack(gains, sums);
  if (unread.length === 0) return;
  const found = await client.query<{ gains: Buffer }>(
    "SELECT gains FROM session_gains WHERE n = ANY ($1::bigint[]) ORDER BY n",
    [unread],
  );
  for (const { gains } of found.rows) unpack(gains, sums);
}
