import { type Source, type SourceStatus, sourceInputSchema } from "@/lib/schemas/ingest";
import type { Queryable } from "@/lib/store/query";
import { sourceDeliveries } from "@/lib/store/read/source-deliveries";
import { allSources, type PrismaClient, type SourceRow } from "@/lib/store/sources";
import { iso } from "@/lib/view/range";

/** A source as the interface tells it. */
export function sourceOf(row: SourceRow): Source {
  const { name, demo, createdAt, updatedAt } = row;
  const rules = sourceInputSchema.parse({
    format: row.format,
    formatString: row.formatString,
    lb: row.lb,
    pool: row.pool,
    timezone: row.timezone,
    session: row.session,
    correlation: row.correlation,
    affinity: row.affinity,
    nodes: row.nodes,
  });
  return {
    ...rules,
    name,
    demo,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

/** Every source with what it sent, by name. */
export async function sources(
  prisma: PrismaClient,
  db: Queryable,
): Promise<{ items: SourceStatus[]; nextCursor: null }> {
  const rows = await allSources(prisma);
  const sent = new Map((await sourceDeliveries(db, {})).map((row) => [row.source, row]));
  return {
    items: rows.map((row) => {
      const own = sent.get(row.id);
      return {
        ...sourceOf(row),
        accepted: own?.accepted ?? 0,
        duplicates: own?.duplicates ?? 0,
        rejected: own?.rejected ?? 0,
        lastAt: own ? iso(own.last_at) : null,
      };
    }),
    nextCursor: null,
  };
}
