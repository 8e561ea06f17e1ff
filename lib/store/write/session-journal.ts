import type { PoolClient } from "pg";
import type { SessionGain } from "./session-gains";

/*
 * Gains that are on disk and not yet in the sessions' rows. Whoever holds the write lock may add any of them to the
 * sessions, whichever process wrote them: they are sums. A process keeps its own in memory, so that only what another
 * process left is read back.
 */
export class SessionJournal {
  private readonly own = new Map<number, readonly SessionGain[]>();

  /** Whether gains of this process may wait. */
  get holdsAny(): boolean {
    return this.own.size > 0;
  }

  /** Writes a batch's gains down, in its transaction. */
  async append(client: PoolClient, gains: readonly SessionGain[]): Promise<void> {
    if (gains.length === 0) return;
    const { rows } = await client.query<{ n: number }>(
      "INSERT INTO session_gains (gains) VALUES ($1) RETURNING n",
      [pack(gains)],
    );
    const n = rows[0]?.n;
    // Should the transaction fail, this is of a row that is not there, and nobody asks for it.
    if (n !== undefined) this.own.set(n, gains);
  }

  /** Takes all gains that wait. The caller holds the write lock and adds them in the same transaction. */
  async takeAll(client: PoolClient): Promise<(readonly SessionGain[])[]> {
    const { rows } = await client.query<{ n: number; gains: Buffer | null }>(
      `SELECT n, CASE WHEN n = ANY ($1::bigint[]) THEN NULL ELSE gains END AS gains
       FROM session_gains ORDER BY n`,
      [[...this.own.keys()]],
    );
    // Nobody reads it without the lock; rows that were deleted would take up more of the disk than all requests.
    if (rows.length > 0) await client.query("TRUNCATE session_gains");
    const taken = rows.map(({ n, gains }) => (gains ? unpack(gains) : (this.own.get(n) ?? [])));
    // Should the transaction fail, they are read back from the table.
    this.own.clear();
    return taken;
  }
}

const idBytes = 36;
const fixedBytes = idBytes + 4 + 8 + 8 + 4 + 1 + 2 + 2 + 1;

/** Gains as bytes, one after the other. */
export function pack(gains: readonly SessionGain[]): Buffer {
  let size = 0;
  for (const { nodes, lbs, client } of gains)
    size += fixedBytes + 4 * (nodes.length + lbs.length) + (client?.length ?? 0);
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (const gain of gains) {
    at += bytes.write(gain.session, at, idBytes, "latin1");
    at = bytes.writeInt32LE(gain.pool, at);
    at = bytes.writeDoubleLE(gain.firstSeen, at);
    at = bytes.writeDoubleLE(gain.lastSeen, at);
    at = bytes.writeInt32LE(gain.requests, at);
    at = bytes.writeUInt8(gain.demo ? 1 : 0, at);
    at = bytes.writeUInt16LE(gain.nodes.length, at);
    at = bytes.writeUInt16LE(gain.lbs.length, at);
    at = bytes.writeUInt8(gain.client?.length ?? 0, at);
    for (const node of gain.nodes) at = bytes.writeInt32LE(node, at);
    for (const lb of gain.lbs) at = bytes.writeInt32LE(lb, at);
    if (gain.client !== null) at += bytes.write(gain.client, at, "latin1");
  }
  return bytes;
}

export function unpack(bytes: Buffer): SessionGain[] {
  const gains: SessionGain[] = [];
  for (let start = 0; start < bytes.length; ) {
    const at = start + idBytes;
    const nodeCount = bytes.readUInt16LE(at + 25);
    const lbCount = bytes.readUInt16LE(at + 27);
    const clientLength = bytes.readUInt8(at + 29);
    const nodesAt = start + fixedBytes;
    const lbsAt = nodesAt + nodeCount * 4;
    const clientAt = lbsAt + lbCount * 4;
    gains.push({
      session: bytes.toString("latin1", start, at),
      pool: bytes.readInt32LE(at),
      firstSeen: bytes.readDoubleLE(at + 4),
      lastSeen: bytes.readDoubleLE(at + 12),
      requests: bytes.readInt32LE(at + 20),
      demo: bytes.readUInt8(at + 24) === 1,
      nodes: Array.from({ length: nodeCount }, (_, n) => bytes.readInt32LE(nodesAt + n * 4)),
      lbs: Array.from({ length: lbCount }, (_, n) => bytes.readInt32LE(lbsAt + n * 4)),
      client:
        clientLength === 0 ? null : bytes.toString("latin1", clientAt, clientAt + clientLength),
    });
    start = clientAt + clientLength;
  }
  return gains;
}
