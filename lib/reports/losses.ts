import type { z } from "zod";
import { normaliseCorrelationId } from "@/lib/domain/correlation-id";
import type { Loss, lossesQuery } from "@/lib/schemas/results";
import type { Queryable } from "@/lib/store/query";
import type { TimeKey } from "@/lib/store/read/bounded-page";
import { lossesPage } from "@/lib/store/read/losses-page";
import { rangeOf } from "@/lib/view/range";
import { markCursor, pageOf, readCursor, writeCursor } from "./cursor";
import { Names } from "./names";
import { hashesOf } from "./session-id";
import { soughtIn } from "./sought";
import { lossOf } from "./wire";

/**
 * Lost sessions in the range, by time. A page may be shorter than asked for and
 * yet have a next one: where few match, each looks through 5,000 losses (1,000,
 * where their sessions or requests are looked at).
 * @throws {Problem} 400 for a range or cursor that is not understood.
 */
export async function losses(
  db: Queryable,
  query: z.output<typeof lossesQuery>,
  now: number,
): Promise<{ items: Loss[]; nextCursor: string | null }> {
  const range = rangeOf(query, now);
  const after = readCursor(query.cursor, markCursor);
  const hashes = query.session === undefined ? null : hashesOf(query.session);
  if (query.session !== undefined && hashes === null) return { items: [], nextCursor: null };
  const names = await Names.read(db);
  const pools = names.poolIds(query.pool);
  const sought = soughtIn(names, pools, query.q);
  const { rows, reached } = await lossesPage(db, query.sort, {
    pools,
    everyPool: query.pool === undefined,
    ...range,
    nodes: query.node === undefined ? null : namesOf(names, pools, query.node),
    lostTo: query.lostTo ?? null,
    sessionFrom: hashes?.from ?? null,
    sessionTo: hashes?.to ?? null,
    ...sought,
    soughtNames: names.writtenFor(sought.soughtNodes ?? []),
    soughtCorrelation: query.q === undefined ? null : normaliseCorrelationId(query.q),
    afterAt: after?.[0] ?? null,
    afterSession: after?.[1] ?? null,
    afterId: after?.[2] ?? null,
    limit: query.limit + 1,
  });
  const page = pageOf(rows, query.limit, keyOf);
  return {
    items: page.rows.map((row) => lossOf(names, row)),
    nextCursor: page.nextCursor ?? (reached && writeCursor(keyOf(reached))),
  };
}

function keyOf(row: TimeKey): (string | number)[] {
  return [row.at, row.session, row.id];
}

/** Every name of a node, that which was asked for too: an app may have a name that no log has. */
function namesOf(names: Names, pools: number[], node: string): string[] {
  return [...new Set([node, ...names.writtenFor(names.idsNamed(pools, node))])];
}
