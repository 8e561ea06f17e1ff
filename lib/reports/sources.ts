import { type Source, type SourceStatus, sourceInputSchema } from "@/lib/schemas/ingest";
import type { Queryable } from "@/lib/store/query";
import { sourceDeliveries } from "@/lib/store/read/source-deliveries";
import { allSources, type PrismaClient, type SourceRow } from "@/lib/store/sources";
import { iso } from "@/lib/view/range";
import { sourceProofs } from "./source-proofs";

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

/** Every source with what it sent, what its log can prove and the affinity it shows; by name. */
export async function sources(
  prisma: PrismaClient,
  db: Queryable,
  now: number,
): Promise<{ items: SourceStatus[]; nextCursor: null }> {
  const rows = await allSources(prisma);
  const sent = new Map((await sourceDeliveries(db, {})).map((row) => [row.source, row]));
  const told = rows.map((row) => ({ id: row.id, source: sourceOf(row), own: sent.get(row.id) }));
  const proofs = await sourceProofs(
    db,
    told.map(({ id, source, own }) => ({
      id,
      format: source.format,
      affinity: source.affinity,
      lastAt: own?.last_at ?? null,
    })),
    now,
  );
  return {
    items: told.map(({ id, source, own }) => {
      const proof = proofs.get(id);
      return {
        ...source,
        accepted: own?.accepted ?? 0,
        duplicates: own?.duplicates ?? 0,
        rejected: own?.rejected ?? 0,
        lastAt: own ? iso(own.last_at) : null,
        completeness: proof?.completeness ?? null,
        found: proof?.found ?? [],
      };
    }),
    nextCursor: null,
  };
}
