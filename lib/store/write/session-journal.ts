import type { PoolClient } from "pg";
import { pack, unpack } from "./packed-gains";
import { SessionGains } from "./session-gains";

interface Waiting {
  n: number;
  gains: Buffer | null;
}

/*
 * Gains that are on disk and not yet in the sessions' rows. Whoever holds the write lock may add any of them to the
 * sessions, whichever process wrote them: they are sums. A process keeps the sum of its own in memory, so that only
 * what another process left is read back.
 */
export class SessionJournal {
  /** The rows whose gains are in `sums`. */
  private own = new Set<number>();
  private sums = new SessionGains();
  /** Whether the transaction that runs wrote or took gains. */
  private isChanged = false;

  /** Whether gains of this process may wait. */
  get holdsAny(): boolean {
    return this.own.size > 0;
  }

  /** Writes a batch's gains down, in its transaction. @param packed these, if they were packed while others did not wait. */
  async append(client: PoolClient, gains: SessionGains, packed = pack(gains)): Promise<void> {
    if (gains.size === 0) return;
    this.isChanged = true;
    const writing = client.query<{ n: number }>(
      "INSERT INTO session_gains (gains) VALUES ($1) RETURNING n",
      [packed],
    );
    // Awaited below; a failure meanwhile must not be called unhandled.
    writing.catch(() => undefined);
    this.sums.merge(gains);
    const { rows } = await writing;
    for (const { n } of rows) this.own.add(n);
  }

  /** Says how the transaction ended: after a failure what is on disk counts, not what is remembered. */
  ended(isCommitted: boolean): void {
    if (this.isChanged && !isCommitted) {
      this.sums = new SessionGains();
      this.own = new Set([unknown]);
    }
    this.isChanged = false;
  }

  /** Takes all gains that wait, summed up. The caller holds the write lock and adds them in the same transaction. */
  async takeAll(client: PoolClient): Promise<SessionGains> {
    const own = [...this.own];
    const { rows } = await client.query<Waiting>(
      `SELECT n, CASE WHEN n = ANY ($1::bigint[]) THEN NULL ELSE gains END AS gains
       FROM session_gains ORDER BY n`,
      [own],
    );
    const others = rows.flatMap(({ gains }) => (gains === null ? [] : [gains]));
    const isWhole = rows.length - others.length === own.length;
    const sums = isWhole ? this.sums : new SessionGains();
    // Another process may have added some of ours to the sessions: then the sum is of no use.
    for (const bytes of isWhole ? others : await allOf(client)) unpack(bytes, sums);
    // Nobody reads it without the lock; rows that were deleted would take up more of the disk than all requests.
    if (rows.length > 0) await client.query("TRUNCATE session_gains");
    this.own = new Set();
    this.sums = new SessionGains();
    this.isChanged = true;
    return sums;
  }
}

/** Stands for rows that may be there; no row has this number, so the sum in memory is not taken for whole. */
const unknown = -1;

async function allOf(client: PoolClient): Promise<Buffer[]> {
  const { rows } = await client.query<{ gains: Buffer }>(
    "SELECT gains FROM session_gains ORDER BY n",
  );
  return rows.map(({ gains }) => gains);
}
