import type { Queryable } from "./query";

export interface KnownObject {
  key: string;
  etag: string;
}

/** Which of these files of a bucket were taken in before, as they were then. */
export async function objectsTaken(
  db: Queryable,
  bucket: string,
  keys: readonly string[],
): Promise<KnownObject[]> {
  const { rows } = await db.query<KnownObject>(
    "SELECT key, etag FROM bucket_objects WHERE bucket = $1 AND key = ANY($2::text[])",
    [bucket, keys],
  );
  return rows;
}

/** Remembers that a file was taken in. */
export async function rememberObject(
  db: Queryable,
  bucket: string,
  object: KnownObject & { modifiedAt: number },
): Promise<void> {
  await db.query(
    `INSERT INTO bucket_objects (bucket, key, etag, modified_at)
     VALUES ($1, $2, $3, to_timestamp($4::double precision / 1000))
     ON CONFLICT (bucket, key) DO UPDATE SET etag = excluded.etag, modified_at = excluded.modified_at`,
    [bucket, object.key, object.etag, object.modifiedAt],
  );
}

/** Forgets files older than what is looked at. @param before epoch ms. */
export async function forgetObjects(db: Queryable, before: number): Promise<void> {
  await db.query(
    "DELETE FROM bucket_objects WHERE modified_at < to_timestamp($1::double precision / 1000)",
    [before],
  );
}
