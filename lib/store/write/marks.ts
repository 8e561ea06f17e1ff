import type { PoolClient } from "pg";
import type { EpochMs } from "@/lib/domain/facts";
import { timestampText } from "../database";

export interface StoredChange {
  id: string;
  at: EpochMs;
  kind: string;
  pool: number | null;
  node: string | null;
  lb: number | null;
  title: string;
  url: string | null;
  author: string | null;
  source: number | null;
}

/** Writes changes; answers the ids of those that were not known before. */
export async function insertChanges(
  client: PoolClient,
  changes: readonly StoredChange[],
): Promise<Set<string>> {
  if (changes.length === 0) return new Set();
  const { rows } = await client.query<{ id: string }>(
    `INSERT INTO changes (id, at, kind, pool, node, lb, title, url, author, source)
     SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::integer[], $5::text[], $6::integer[], $7::text[], $8::text[], $9::text[], $10::integer[])
     ON CONFLICT (id) DO NOTHING
     RETURNING id`,
    [
      changes.map((change) => change.id),
      changes.map((change) => timestampText(change.at)),
      changes.map((change) => change.kind),
      changes.map((change) => change.pool),
      changes.map((change) => change.node),
      changes.map((change) => change.lb),
      changes.map((change) => change.title),
      changes.map((change) => change.url),
      changes.map((change) => change.author),
      changes.map((change) => change.source),
    ],
  );
  return new Set(rows.map((row) => row.id));
}

export interface StoredReject {
  source: number;
  id: string;
  reason: string;
  text: string;
}

/** Keeps lines that did not parse, each once. */
export async function insertRejects(
  client: PoolClient,
  rejects: readonly StoredReject[],
  receivedAt: EpochMs,
): Promise<void> {
  if (rejects.length === 0) return;
  await client.query(
    `INSERT INTO rejects (source, id, at, reason, text)
     SELECT w.source, w.id, $5, w.reason, w.text
     FROM unnest($1::integer[], $2::uuid[], $3::text[], $4::text[]) AS w (source, id, reason, text)
     ON CONFLICT (source, id) DO NOTHING`,
    [
      rejects.map((reject) => reject.source),
      rejects.map((reject) => reject.id),
      rejects.map((reject) => reject.reason),
      rejects.map((reject) => reject.text),
      timestampText(receivedAt),
    ],
  );
}
