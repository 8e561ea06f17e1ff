import { once } from "node:events";
import type { PoolClient } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import type { RowTail } from "./row-writer";

const chunkSize = 131_072;

/** A row, or one whose end is bytes already; ends in a newline. */
export type CopyRow = string | { head: string; tail: RowTail };

/**
 * Copies rows into a table. They go out in pieces of some 128 KiB; when the
 * socket is full the event loop runs.
 * @returns how many rows Postgres took.
 */
export async function copyRows(
  client: PoolClient,
  table: string,
  columns: readonly string[],
  rows: Iterable<CopyRow>,
): Promise<number> {
  const stream = client.query(
    copyFrom(`COPY ${table} (${columns.join(", ")}) FROM STDIN`, { highWaterMark: chunkSize * 16 }),
  );
  const done = new Promise<void>((resolve, reject) => {
    stream.on("finish", resolve);
    stream.on("error", reject);
  });
  // Handled below; this keeps a failure during the writing from being called unhandled.
  done.catch(() => undefined);
  let chunk = Buffer.allocUnsafe(chunkSize);
  let used = 0;
  for (const row of rows) {
    const head = typeof row === "string" ? row : row.head;
    const most = head.length * 3 + (typeof row === "string" ? 0 : row.tail.end - row.tail.start);
    if (used + most > chunk.length) {
      if (used > 0 && !stream.write(chunk.subarray(0, used)))
        await Promise.race([once(stream, "drain"), done]);
      chunk = Buffer.allocUnsafe(Math.max(chunkSize, most));
      used = 0;
    }
    used += chunk.write(head, used, "utf8");
    if (typeof row !== "string")
      used += row.tail.block.copy(chunk, used, row.tail.start, row.tail.end);
  }
  stream.end(chunk.subarray(0, used));
  await done;
  return stream.rowCount;
}
