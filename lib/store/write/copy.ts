import { once } from "node:events";
import type { PoolClient } from "pg";
import { type CopyStreamQuery, from as copyFrom } from "pg-copy-streams";
import { type Membership, putRequest, rowColumns } from "./request-rows";
import type { PackedRow } from "./row-writer";
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
 * Copies requests into `request_rows`.
 * @param aside those of them, by their places, that have to stand aside in the key.
 * @returns how many rows Postgres took.
 */
export async function copyRequests(
  client: PoolClient,
  rows: Iterable<{
    request: { row: PackedRow; shape: Shape; written: string | null };
    as: Membership;
  }>,
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
  pieces.used = pieces.piece.writeInt16BE(-1, pieces.used);
  return await pieces.end();
}
