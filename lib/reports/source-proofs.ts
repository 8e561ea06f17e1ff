import {
  type CarriedBy,
  completenessOf,
  fieldsPresent,
  formatShown,
} from "@/lib/domain/completeness";
import type { LogField } from "@/lib/domain/pool-context";
import { foundAffinities } from "@/lib/domain/pool-sample";
import type { SourceStatus } from "@/lib/schemas/ingest";
import type { Queryable } from "@/lib/store/query";
import { sourceRequests } from "@/lib/store/read/source-requests";
import { stateTellers } from "@/lib/store/read/state-tellers";
import { minuteMs } from "@/lib/view/range";
import { Names } from "./names";
import { observed } from "./observed";
import { sightingsOf } from "./sightings";

const dayMs = 86_400_000;
/** A log without sessions is known by its newest lines alone. */
const newestMs = 5 * minuteMs;
const newestLines = 200;

/** What a source's log can prove, and the affinity found where its lines come from. */
export type SourceProof = Pick<SourceStatus, "completeness" | "found">;

interface AskedSource {
  id: number;
  format: string;
  affinity: SourceStatus["affinity"];
  /** When its newest lines came, epoch ms; null when none did. */
  lastAt: number | null;
}

/** For each source, by id: what the lines that it sent lately can prove, and the affinity they show. */
export async function sourceProofs(
  db: Queryable,
  sources: readonly AskedSource[],
  now: number,
): Promise<Map<number, SourceProof>> {
  const names = await Names.read(db);
  const seen = await sightingsOf(db, names, names.poolIds(undefined), now + dayMs);
  const pools = await Promise.all(
    names.poolIds(undefined).flatMap((pool) => {
      const newest = seen.ofPool(pool)?.last;
      if (newest === undefined) return [];
      return [
        observed(db, names, pool, newest, now).then((traffic) => ({ pool, newest, traffic })),
      ];
    }),
  );
  const oldest = Math.min(now, ...pools.map(({ newest }) => newest));
  const tellers = await stateTellers(db, { from: oldest - dayMs, to: now + dayMs });
  const proofs = await Promise.all(
    sources.map(async (source): Promise<[number, SourceProof]> => {
      const own = pools.filter(({ traffic }) => traffic.bySource.has(source.id));
      const sampled = own.flatMap(({ traffic }) => traffic.bySource.get(source.id) ?? []);
      const requests = sampled.length > 0 ? sampled : await newestOf(db, source);
      if (requests.length === 0) return [source.id, { completeness: null, found: [] }];
      const format = formatShown(source.format, requests);
      const fields = fieldsPresent(requests, format);
      const lbs = new Set(
        own.flatMap(({ traffic }) => [...(traffic.lbsOfSource.get(source.id) ?? [])]),
      );
      const isTold = tellers.some(
        (teller) =>
          teller.source === source.id ||
          ((teller.pool === null || own.some(({ pool }) => pool === teller.pool)) &&
            (teller.lb === null || lbs.has(names.lb(teller.lb)))),
      );
      if (isTold) fields.add("nodeStates");
      return [
        source.id,
        {
          completeness: provedBy(format, fields),
          found: own.flatMap(({ pool, traffic }) =>
            foundAffinities(traffic.sessions, () => source.affinity ?? null)
              .filter(({ lb }) => traffic.lbsOfSource.get(source.id)?.has(lb))
              .map(({ lb, method, confidence, mismatch }) => ({
                pool: names.pool(pool),
                lb,
                method,
                confidence,
                mismatch,
              })),
          ),
        },
      ];
    }),
  );
  return new Map(proofs);
}

function provedBy(format: string | null, fields: ReadonlySet<LogField>) {
  const { score, proves, missing } = completenessOf({ format, fields });
  return { score: Math.round(score * 1000) / 1000, proves, missing };
}

/** The newest lines of a source none of whose sessions was looked at. */
async function newestOf(db: Queryable, source: AskedSource): Promise<CarriedBy[]> {
  if (source.lastAt === null) return [];
  const rows = await sourceRequests(db, {
    source: source.id,
    from: source.lastAt - newestMs,
    to: source.lastAt + minuteMs,
    limit: newestLines,
  });
  return rows.map((row) => ({
    tie: row.tie,
    correlationIds: row.correlations ?? [],
    client: row.client,
    presented: row.presented,
    inserted: row.inserted,
    persistenceState: row.persistence_state,
    termination: row.termination,
    attempts: Array.from({ length: row.attempts ?? (row.has_node ? 1 : 0) }, () => ({
      node: "",
      status: null,
      durationMs: null,
    })),
    retries: row.retries,
    upgrade: row.upgrade,
    durationMs: row.duration_ms,
    coarse: row.coarse,
  }));
}
