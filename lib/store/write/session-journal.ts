import type { PoolClient } from "pg";
import { pack, unpack } from "./packed-gains";
import { SessionGains } from "./session-gains";

interface Waiting {
  n: number;
  gains: Buffer | null;
}

/** Gains by the first two bits of their sessions' ids. */
type Quarters = [SessionGains, SessionGains, SessionGains, SessionGains];

/*
 * Gains that are on disk and not yet in the sessions' rows. Whoever holds the write lock may add any of them to the
 * sessions, whichever process wrote them: they are sums. A process keeps the sum of its own in memory, so that only
 * what another process left is read back.
 */
export class SessionJournal {
  /** The rows whose gains are in `sums`. */
  private own = new Set<number>();
  private sums = noQuarters();
  /** Whether the transaction that runs wrote or took gains. */
  private isChanged = false;
  /** Which quarter of the sessions is next. */
  private next: 0 | 1 | 2 | 3 = 0;

  /** Whether gains of this process may wait. */
  get holdsAny(): boolean {
    return this.own.size > 0;
  }

  /** Writes a batch's gains down, in its transaction. @param packed these, if they were packed while others did not wait. */
  async append(client: PoolClient, gains: SessionGains, packed = pack(gains)): Promise<void> {
    if (gains.size === 0) return;
    const writing = this.write(client, [packed]);
    // Awaited below; a failure meanwhile must not be called unhandled.
    writing.catch(() => undefined);
    gains.mergeInto(this.sums);
    await writing;
  }

  /** Says how the transaction ended: after a failure what is on disk counts, not what is remembered. */
  ended(isCommitted: boolean): void {
    if (this.isChanged && !isCommitted) {
      this.sums = noQuarters();
      this.own = new Set([unknown]);
    }
    this.isChanged = false;
  }

  /** Takes all gains that wait, summed up. The caller holds the write lock and adds them in the same transaction. */
  async takeAll(client: PoolClient): Promise<SessionGains> {
    const quarters = await this.collect(client);
    const all = new SessionGains(quarters.reduce((sum, { size }) => sum + size, 0));
    for (const quarter of quarters) all.merge(quarter);
    return all;
  }

  /**
   * Takes a quarter of the sessions' gains, each time the next one, as `takeAll` does; the others go on waiting, in as
   * few rows as they are quarters.
   * @param more what is to wait along with them, as far as it is not taken.
   */
  async takeQuarter(client: PoolClient, more: SessionGains): Promise<SessionGains> {
    const quarters = await this.collect(client);
    more.mergeInto(quarters);
    const taken = quarters[this.next];
    quarters[this.next] = new SessionGains(taken.size);
    this.next = ((this.next + 1) % 4) as typeof this.next;
    this.sums = quarters;
    await this.write(
      client,
      quarters.filter(({ size }) => size > 0).map((quarter) => pack(quarter)),
    );
    return taken;
  }

  /** Removes all rows; answers what they held. */
  private async collect(client: PoolClient): Promise<Quarters> {
    const own = [...this.own];
    const { rows } = await client.query<Waiting>(
      `SELECT n, CASE WHEN n = ANY ($1::bigint[]) THEN NULL ELSE gains END AS gains
       FROM session_gains ORDER BY n`,
      [own],
    );
    const others = rows.flatMap(({ gains }) => (gains === null ? [] : [gains]));
    const isWhole = rows.length - others.length === own.length;
    const quarters = isWhole ? this.sums : noQuarters();
    // Another process may have added some of ours to the sessions: then the sum is of no use.
    const read = new SessionGains();
    for (const bytes of isWhole ? others : await allOf(client)) unpack(bytes, read);
    read.mergeInto(quarters);
    // Nobody reads it without the lock; rows that were deleted would take up more of the disk than all requests.
    if (rows.length > 0) await client.query("TRUNCATE session_gains");
    this.own = new Set();
    this.sums = noQuarters();
    this.isChanged = true;
    return quarters;
  }

  private async write(client: PoolClient, packed: readonly Buffer[]): Promise<void> {
    this.isChanged = true;
    if (packed.length === 0) return;
    const { rows } = await client.query<{ n: number }>(
      `INSERT INTO session_gains (gains) VALUES ${packed.map((_, at) => `($${at + 1})`).join(", ")} RETURNING n`,
      [...packed],
    );
    for (const { n } of rows) this.own.add(n);
  }
}

/** Stands for rows that may be there; no row has this number, so the sum in memory is not taken for whole. */
const unknown = -1;

function noQuarters(): Quarters {
  return [new SessionGains(), new SessionGains(), new SessionGains(), new SessionGains()];
}

async function allOf(client: PoolClient): Promise<Buffer[]> {
  const { rows } = await client.query<{ gains: Buffer }>(
    "SELECT gains FROM session_gains ORDER BY n",
  );
  return rows.map(({ gains }) => gains);
}
