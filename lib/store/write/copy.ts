import { once } from "node:events";
import type { PoolClient } from "pg";
import { type CopyStreamQuery, from as copyFrom } from "pg-copy-streams";
import type { BareRequests } from "./bare-requests";
import { complete, type Membership, presentingBits, putRequest, rowColumns } from "./request-rows";
import { blockSize, type PackedRow, RowWriter } from "./row-writer";
import { sessionOrder } from "./session-order";
import type { Shape } from "./shapes";
import { Spares } from "./spares";

const chunkSize = 131_072;
/** Blocks that rows are written to and sent from: two full transactions at a time have some thirty. */
const spareBlocks = new Spares<Buffer>(() => Buffer.allocUnsafeSlow(blockSize), 32);

/** Pieces of some 128 KiB on their way to Postgres; when the socket is full the event loop runs. */
class Pieces {
  piece: Buffer;
  used = 0;
  private readonly done: Promise<void>;

  /** @param first bytes of the first piece. */
  constructor(
    private readonly stream: CopyStreamQuery,
    first: number,
  ) {
    this.piece = Buffer.allocUnsafe(first);
    this.done = new Promise<void>((resolve, reject) => {
      stream.on("finish", resolve);
      stream.on("error", reject);
    });
    // Handled at the end; this keeps a failure during the writing from being called unhandled.
    this.done.catch(() => undefined);
  }

  isFull(bytes: number): boolean {
    return this.used + bytes > this.piece.length;
  }

  /** Sends what is there and makes room for so many bytes. */
  async send(bytes: number): Promise<void> {
    if (this.used > 0) await this.sendAlso(this.piece.subarray(0, this.used));
    this.piece = Buffer.allocUnsafe(bytes);
    this.used = 0;
  }

  /** Sends bytes that nobody changes any more. */
  async sendAlso(bytes: Buffer): Promise<void> {
    if (!this.stream.write(bytes)) await Promise.race([once(this.stream, "drain"), this.done]);
  }

  async end(): Promise<number> {
    this.stream.end(this.piece.subarray(0, this.used));
    await this.done;
    return this.stream.rowCount;
  }
}

function copying(client: PoolClient, statement: string, first = chunkSize): Pieces {
  return new Pieces(client.query(copyFrom(statement, { highWaterMark: chunkSize * 16 })), first);
}

/**
 * Copies rows of COPY's text format into a table; each ends in a newline.
 * @returns how many rows Postgres took.
 */
export async function copyRows(
  client: PoolClient,
  table: string,
  columns: readonly string[],
  rows: Iterable<string>,
): Promise<number> {
  const pieces = copying(client, `COPY ${table} (${columns.join(", ")}) FROM STDIN`);
  for (const row of rows) {
    const most = row.length * 3;
    if (pieces.isFull(most)) await pieces.send(Math.max(chunkSize, most));
    pieces.used += pieces.piece.write(row, pieces.used, "utf8");
  }
  return await pieces.end();
}

const signature = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");
const trailerBytes = 2;

/**
 * Copies requests into `request_rows`, bare ones in the order of the key.
 * @param aside those of the others, by their places, that have to stand aside in the key.
 * @returns how many rows Postgres took.
 */
export async function copyRequests(
  client: PoolClient,
  rows: readonly {
    request: { row: PackedRow; shape: Shape; written: string | null };
    as: Membership;
  }[],
  bare: BareRequests,
  aside: ReadonlySet<number> = new Set(),
): Promise<number> {
  const pieces = copying(
    client,
    `COPY request_rows (${rowColumns.join(", ")}) FROM STDIN (FORMAT binary)`,
    rows.length > 0 ? chunkSize : signature.length,
  );
  pieces.used = signature.copy(pieces.piece);
  let n = 0;
  for (const { request, as } of rows) {
    const bytes = request.row.end - request.row.start + trailerBytes;
    if (pieces.isFull(bytes)) await pieces.send(Math.max(chunkSize, bytes));
    pieces.used = putRequest(pieces.piece, pieces.used, request, as, aside.has(n++));
  }
  const blocks: Buffer[] = [];
  if (bare.count > 0) {
    await pieces.send(trailerBytes);
    await copyBare(pieces, bare, blocks);
  }
  if (pieces.isFull(trailerBytes)) await pieces.send(trailerBytes);
  pieces.used = pieces.piece.writeInt16BE(-1, pieces.used);
  const taken = await pieces.end();
  // Postgres has read all of them.
  for (const block of blocks) spareBlocks.giveBack(block);
  return taken;
}

/**
 * Each of its own session, or of the one that its id stands for. The rows are made where they are sent from.
 * @param blocks gets what they are sent from, to be used again once Postgres has it.
 */
async function copyBare(pieces: Pieces, bare: BareRequests, blocks: Buffer[]): Promise<void> {
  const writer = new RowWriter(blockSize, (bytes) => {
    if (bytes > blockSize) return Buffer.allocUnsafeSlow(bytes);
    const taken = spareBlocks.take();
    blocks.push(taken);
    return taken;
  });
  const order = sessionOrder(bare.words, bare.count);
  let block = writer.filling;
  let end = 0;
  for (let at = 0; at < order.length; at++) {
    const n = order[at] ?? 0;
    const shape = bare.shape(n);
    if (shape === undefined) continue;
    bare.write(writer, n, false);
    const start = writer.endInPlace();
    const membership = bare.hasSession[n] === 1 ? presentingBits : 0;
    complete(writer.filling, start, shape, membership);
    // The row went to the next one.
    if (writer.filling !== block) await pieces.sendAlso(block.subarray(0, end));
    block = writer.filling;
    end = writer.filled;
  }
  if (end > 0) await pieces.sendAlso(block.subarray(0, end));
}
