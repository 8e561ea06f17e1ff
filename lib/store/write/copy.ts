import { once } from "node:events";
import type { PoolClient } from "pg";
import { type CopyStreamQuery, from as copyFrom } from "pg-copy-streams";
import type { BareRequests } from "./bare-requests";
import { complete, type Membership, presentingBits, putRequest, rowColumns } from "./request-rows";
import { type PackedRow, RowWriter } from "./row-writer";
import { sessionOrder } from "./session-order";
import type { Shape } from "./shapes";

const chunkSize = 131_072;

/** Pieces of some 128 KiB on their way to Postgres; when the socket is full the event loop runs. */
class Pieces {
  piece = Buffer.allocUnsafe(chunkSize);
  used = 0;
  private readonly done: Promise<void>;

  constructor(private readonly stream: CopyStreamQuery) {
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

  /** Sends what is there and makes room for so many bytes at least. */
  async send(bytes: number): Promise<void> {
    if (this.used > 0 && !this.stream.write(this.piece.subarray(0, this.used)))
      await Promise.race([once(this.stream, "drain"), this.done]);
    this.piece = Buffer.allocUnsafe(Math.max(chunkSize, bytes));
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

function copying(client: PoolClient, statement: string): Pieces {
  return new Pieces(client.query(copyFrom(statement, { highWaterMark: chunkSize * 16 })));
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
    if (pieces.isFull(most)) await pieces.send(most);
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
  rows: Iterable<{
    request: { row: PackedRow; shape: Shape; written: string | null };
    as: Membership;
  }>,
  bare: BareRequests,
  aside: ReadonlySet<number> = new Set(),
): Promise<number> {
  const pieces = copying(
    client,
    `COPY request_rows (${rowColumns.join(", ")}) FROM STDIN (FORMAT binary)`,
  );
  pieces.used = signature.copy(pieces.piece);
  let n = 0;
  for (const { request, as } of rows) {
    const bytes = request.row.end - request.row.start + trailerBytes;
    if (pieces.isFull(bytes)) await pieces.send(bytes);
    pieces.used = putRequest(pieces.piece, pieces.used, request, as, aside.has(n++));
  }
  if (bare.count > 0) await copyBare(pieces, bare);
  pieces.used = pieces.piece.writeInt16BE(-1, pieces.used);
  return await pieces.end();
}

/** Each of its own session, or of the one that its id stands for. The rows are made where they are sent from. */
async function copyBare(pieces: Pieces, bare: BareRequests): Promise<void> {
  await pieces.send(trailerBytes);
  const writer = new RowWriter();
  const order = sessionOrder(bare.words, bare.count);
  let block: Buffer | null = null;
  let end = 0;
  for (let at = 0; at < order.length; at++) {
    const n = order[at] ?? 0;
    const row = bare.pack(writer, n, false);
    const shape = bare.shapes[n];
    if (shape !== undefined)
      complete(row.block, row.start, shape, bare.hasSession[n] === 1 ? presentingBits : 0);
    if (block !== null && row.block !== block) await pieces.sendAlso(block.subarray(0, end));
    ({ block, end } = row);
  }
  if (block !== null) await pieces.sendAlso(block.subarray(0, end));
}
