import type { z } from "zod";
import { normaliseCorrelationId } from "@/lib/domain/correlation-id";
import type { BounceGroups, bounceGroupsQuery } from "@/lib/schemas/lists";
import type { Bounce, bouncesQuery } from "@/lib/schemas/results";
import type { Queryable } from "@/lib/store/query";
import type { BounceFilter } from "@/lib/store/read/bounce-filter";
import { bounceGroups } from "@/lib/store/read/bounce-groups";
import { bouncesPage } from "@/lib/store/read/bounces-page";
import type { TimeKey } from "@/lib/store/read/bounded-page";
import { iso, rangeOf } from "@/lib/view/range";
import { markCursor, pageOf, readCursor, writeCursor } from "./cursor";
import { Names } from "./names";
import { hashesOf } from "./session-id";
import { soughtIn } from "./sought";
import { bounceShare, mostWithSessions } from "./volume";
import { bounceOf } from "./wire";

/**
 * Bounces in the range, by time. A page may be shorter than asked for and yet have
 * a next one: where few match, each looks through 5,000 bounces (1,000, where
 * their sessions or requests are looked at).
 * @throws {Problem} 400 for a range or cursor that is not understood.
 */
export async function bounces(
  db: Queryable,
  query: z.output<typeof bouncesQuery>,
  now: number,
): Promise<{ items: Bounce[]; nextCursor: string | null }> {
  const after = readCursor(query.cursor, markCursor);
  const names = await Names.read(db);
  const filter = filterOf(names, query, now);
  if (filter === null) return { items: [], nextCursor: null };
  const { rows, reached } = await bouncesPage(db, query.sort, {
    ...filter,
    afterAt: after?.[0] ?? null,
    afterSession: after?.[1] ?? null,
    afterId: after?.[2] ?? null,
    limit: query.limit + 1,
  });
  const page = pageOf(rows, query.limit, keyOf);
  return {
    items: page.rows.map((row) => ({ ...bounceOf(names, row), path: row.path })),
    nextCursor: page.nextCursor ?? (reached && writeCursor(keyOf(reached))),
  };
}

/**
 * Bounces in the range, counted by balancer, cause, node or pool; most bounces first. Where the range holds more than
 * 20,000 bounces, those of one session in 4 (32, 256) stand for all; the first and the last are theirs too.
 * @throws {Problem} 400 for a range that is not understood.
 */
export async function groupedBounces(
  db: Queryable,
  query: z.output<typeof bounceGroupsQuery>,
  now: number,
): Promise<BounceGroups> {
  const { by } = query;
  const names = await Names.read(db);
  const filter = filterOf(names, query, now);
  if (filter === null) return { by, items: [] };
  const nodeOf = (id: string) => names.nodeName(Number(id));
  const nameOf = {
    lb: (id: string) => names.lb(Number(id)),
    cause: (cause: string) => cause,
    from: nodeOf,
    to: nodeOf,
    move: nodeOf,
    pool: (id: string) => names.pool(Number(id)),
  }[by];
  // Several ids may be names of one node: their groups are one.
  const items = new Map<string, BounceGroups["items"][number]>();
  const share = await bounceShare(db, filter.pools, rangeOf(query, now), mostWithSessions);
  for (const row of await bounceGroups(db, by, share, filter)) {
    const key = nameOf(row.key);
    const to = row.other === null ? null : nodeOf(row.other);
    const known = items.get(`${key}\0${to}`);
    const [first, last] = [iso(row.first), iso(row.last)];
    items.set(`${key}\0${to}`, {
      key,
      to,
      bounces: row.bounces + (known?.bounces ?? 0),
      unexplained: row.unexplained + (known?.unexplained ?? 0),
      sessions: row.sessions + (known?.sessions ?? 0),
      first: known && known.first < first ? known.first : first,
      last: known && known.last > last ? known.last : last,
    });
  }
  const larger = (a: BounceGroups["items"][number], b: BounceGroups["items"][number]) =>
    b.bounces - a.bounces || a.key.localeCompare(b.key) || (a.to ?? "").localeCompare(b.to ?? "");
  return { by, items: [...items.values()].sort(larger) };
}

function keyOf(row: TimeKey): (string | number)[] {
  return [row.at, row.session, row.id];
}

type Filters = Omit<z.output<typeof bounceGroupsQuery>, "by">;

/** The query's filters in ids; null where nothing can match. @throws {Problem} 400 */
function filterOf(names: Names, query: Filters, now: number): BounceFilter | null {
  const range = rangeOf(query, now);
  const hashes = query.session === undefined ? null : hashesOf(query.session);
  if (query.session !== undefined && hashes === null) return null;
  const pools = names.poolIds(query.pool);
  const idsOf = (node: string | undefined) =>
    node === undefined ? null : names.idsNamed(pools, node);
  return {
    pools,
    ...range,
    cause: query.cause ?? null,
    class: query.class ?? null,
    nodes: idsOf(query.node),
    fromNodes: idsOf(query.fromNode),
    toNodes: idsOf(query.toNode),
    lb: names.lbId(query.lb),
    sessionFrom: hashes?.from ?? null,
    sessionTo: hashes?.to ?? null,
    lost: query.lost ?? false,
    ...soughtIn(names, pools, query.q),
    soughtCorrelation: query.q === undefined ? null : normaliseCorrelationId(query.q),
  };
}
