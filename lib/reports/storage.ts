import { storageParts } from "@/lib/domain/storage-parts";
import type { Settings } from "@/lib/schemas/settings";
import { onCluster } from "@/lib/store/on-cluster";
import type { Queryable } from "@/lib/store/query";
import { storageSizes } from "@/lib/store/read/storage-sizes";

/** What each kind of data takes on disk; null on a cluster, whose machines each know their own. */
export async function storage(db: Queryable): Promise<Settings["storage"]> {
  if (await onCluster(db)) return null;
  const rows = await storageSizes(db, {});
  return storageParts.map((part) => {
    const row = rows.find((found) => found.part === part);
    return { part, bytes: row?.bytes ?? 0, indexBytes: row?.index_bytes ?? 0 };
  });
}
