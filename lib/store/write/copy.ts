import { once } from "node:events";
import type { PoolClient } from "pg";
import { from as copyFrom } from "pg-copy-streams";

const chunkLength = 65_536;

/**
 * Copies rows (each ending in a newline) into a table. Rows go out in pieces
 * of some 64 KiB, and the event loop runs between pieces when the socket is full.
 * @returns how many rows Postgres took.
 */
export async function copyRows(
  client: PoolClient,
  table: string,
  columns: readonly string[],
  rows: Iterable<string>,
): Promise<number> {
  const stream = client.query(
    copyFrom(`COPY ${table} (${columns.join(", ")}) FROM STDIN`, {
      highWaterMark: chunkLength * 4,
    }),
  );
  const done = new Promise<void>((resolve, reject) => {
    stream.on("finish", resolve);
    stream.on("error", reject);
  });
  // Handled below; this keeps a failure during the writing from being called unhandled.
  done.catch(() => undefined);
  let piece: string[] = [];
  let length = 0;
  for (const row of rows) {
    piece.push(row);
    length += row.length;
    if (length < chunkLength) continue;
    if (!stream.write(piece.join(""))) await Promise.race([once(stream, "drain"), done]);
    piece = [];
    length = 0;
  }
  stream.end(piece.join(""));
  await done;
  return stream.rowCount;
}
