import type { PoolClient } from "pg";
import type { EpochMs } from "@/lib/domain/facts";
import { timestampText } from "../database";
import type { StoredChange } from "./marks";

export interface KnownChange {
  at: EpochMs;
  pool: number | null;
  /** Somebody told of it; else a log did. */
  posted: boolean;
}

/** Holds a change until the transaction ends; null where there is none of this id. */
export async function holdChange(client: PoolClient, id: string): Promise<KnownChange | null> {
  const { rows } = await client.query<KnownChange>(
    "SELECT at, pool, source IS NULL AS posted FROM changes WHERE id = $1::uuid FOR UPDATE",
    [id],
  );
  return rows[0] ?? null;
}

/** Takes a change back, and what was judged of it. */
export async function dropChange(client: PoolClient, id: string): Promise<void> {
  await client.query("DELETE FROM changes WHERE id = $1::uuid", [id]);
  await client.query("DELETE FROM change_verdicts WHERE change = $1::uuid", [id]);
}

/** Puts other words in a change's place; its id stays, so that links to it hold. It is judged again. */
export async function putChange(client: PoolClient, id: string, by: StoredChange): Promise<void> {
  await client.query(
    `UPDATE changes SET at = $2::timestamptz, kind = $3, pool = $4, node = $5, lb = $6, title = $7, url = $8, author = $9
     WHERE id = $1::uuid`,
    [id, timestampText(by.at), by.kind, by.pool, by.node, by.lb, by.title, by.url, by.author],
  );
  await client.query("DELETE FROM change_verdicts WHERE change = $1::uuid", [id]);
}
