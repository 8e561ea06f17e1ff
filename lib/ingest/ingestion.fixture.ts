import type pg from "pg";
import type { EpochMs } from "@/lib/domain/facts";
import { Ingestion, type IngestionOptions } from "./ingestion";

export const testSecret = Buffer.from("a secret for tests only, 32 bytes");

/** The way in to a test's database, by the test's clock; nothing follows what it writes, unless `more` says so. */
export function testIngestion(
  pool: pg.Pool,
  now: () => EpochMs,
  more: Partial<IngestionOptions> = {},
): Ingestion {
  return new Ingestion({
    pool,
    secret: testSecret,
    now,
    maxBody: 1e9,
    onWritten: () => undefined,
    ...more,
  });
}

/** What a sender sends, in one piece. */
export async function* body(content: string | Uint8Array): AsyncGenerator<Uint8Array> {
  yield typeof content === "string" ? Buffer.from(content) : content;
}

/** The lines that many senders share: 97 sessions on one node, and no path twice. */
export function floodLines(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, n) => {
    const at = `21/Nov/2026:10:00:${String((from + n) % 60).padStart(2, "0")}.123`;
    return `10.0.0.1:50000 [${at}] www shop/app1 0/0/1/5/6 200 512 JSESSIONID=S${(from + n) % 97} - --VN 1/1/1/1/0 0/0 "GET /${from + n} HTTP/1.1"`;
  }).join("\n");
}
