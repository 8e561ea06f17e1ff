import type { z } from "zod";
import { type NodeState, stateSpans } from "@/lib/domain/node-state";
import type { ChangeFact } from "@/lib/domain/pool-context";
import type { Node, NodeList, nodesQuery } from "@/lib/schemas/pools";
import type { Queryable } from "@/lib/store/query";
import type { ChangeRow } from "@/lib/store/read/change-row";
import { nodeChanges } from "@/lib/store/read/node-changes";
import { nodeLoad } from "@/lib/store/read/node-load";
import { isoOrNull, minuteMs, rangeOf, wholeMinutes } from "@/lib/view/range";
import type { AbsoluteRange } from "@/lib/view/time-range";
import { balancerClocks } from "./balancer-clocks";
import { clockOffsets } from "./clock-offsets";
import { nameConflicts } from "./name-conflicts";
import { type KnownNode, Names } from "./names";
import { type Sightings, sightingsOf } from "./sightings";
import { round } from "./wire";

const dayMs = 24 * 60 * minuteMs;
/** A node that served this lately is up, even where no line ever said so. */
const lately = 5 * minuteMs;

/**
 * The nodes of a pool (or of all) as they stood at the end of the range: those
 * that had a request in it or in the day before it, in order of first sight.
 * @throws {Problem} 400 for a range that is not understood.
 */
export async function nodes(
  db: Queryable,
  query: z.output<typeof nodesQuery>,
  now: number,
): Promise<NodeList> {
  const range = rangeOf(query, now);
  const names = await Names.read(db);
  const pools = names.poolIds(query.pool);
  const seen = await sightingsOf(db, names, pools, wholeMinutes(range).to);
  const shown = names
    .nodesOf(pools)
    .filter((node) => (seen.ofNode(node)?.last ?? 0) >= range.from - dayMs);
  const [items, conflicts, clocks] = await Promise.all([
    describeNodes(db, names, shown, seen, range, now),
    nameConflicts(db, names, pools),
    balancerClocks(db, names, pools, range),
  ]);
  return { items, nextCursor: null, conflicts, balancerClocks: clocks };
}

/** What is known of these nodes at the end of the range, and their load in it. */
export async function describeNodes(
  db: Queryable,
  names: Names,
  shown: readonly KnownNode[],
  seen: Sightings,
  range: AbsoluteRange,
  now: number,
): Promise<Node[]> {
  const pools = [...new Set(shown.map((node) => node.pool))];
  const minutes = wholeMinutes(range);
  const { pools: ofPools, nodes: ofNodes } = names.keys(pools, "without none");
  // What an app calls a node that no line named yet may be one that is shown.
  const here = new Set(shown);
  const others = new Set(
    names.nodesOf(pools).filter((node) => !here.has(node) && seen.ofNode(node) !== null),
  );
  const [load, changes, offsets] = await Promise.all([
    nodeLoad(db, { pools: ofPools, nodes: ofNodes, ...minutes }),
    nodeChanges(db, { pools, before: range.to }),
    clockOffsets(db, names, pools, range, { others }),
  ]);
  const seconds = (Math.min(minutes.to, Math.max(now, minutes.from + 1000)) - minutes.from) / 1000;
  const served = new Map<KnownNode, number>();
  const ofPool = new Map<number, number>();
  for (const row of load) {
    const node = names.node(row.node);
    if (node) served.set(node, (served.get(node) ?? 0) + row.requests);
    ofPool.set(row.pool, (ofPool.get(row.pool) ?? 0) + row.requests);
  }
  return shown.map((node): Node => {
    const requests = served.get(node) ?? 0;
    const whole = ofPool.get(node.pool) ?? 0;
    const last = seen.ofNode(node)?.last ?? null;
    const clock = offsets.get(node);
    const state = stateOf(factsOf(names, changes, node), node, last, range.to);
    return {
      name: node.name,
      pool: names.pool(node.pool),
      ordinal: node.ordinal,
      aliases: [...node.aliases],
      state: state.state,
      stateSince: isoOrNull(state.since),
      clockOffsetMs: clock ? Math.round(clock.offsetMs) : null,
      clockJitterMs: clock ? Math.round(clock.jitterMs) : null,
      clockSamples: clock?.samples ?? 0,
      // No request in the range is no load known, not a load of zero, unless the pool had some.
      requestsPerSecond: whole > 0 ? round(requests / seconds) : null,
      share: whole > 0 ? round(requests / whole, 9) : null,
      lastSeen: isoOrNull(last === null ? null : Math.min(last + minuteMs, now, range.to)),
    };
  });
}

function stateOf(
  changes: ChangeFact[],
  node: KnownNode,
  last: number | null,
  at: number,
): { state: NodeState; since: number | null } {
  const told = stateSpans(changes, node.name).findLast((span) => span.from <= at);
  if (told) return { state: told.state, since: told.from };
  return { state: last !== null && last + minuteMs >= at - lately ? "up" : "unknown", since: null };
}

/** The changes that concern a node, under its right name. */
function factsOf(names: Names, changes: readonly ChangeRow[], node: KnownNode): ChangeFact[] {
  return changes
    .filter(
      (row) =>
        row.node !== null &&
        (row.pool === null || row.pool === node.pool) &&
        names.resolve(node.pool, row.node) === node.name,
    )
    .map((row) => ({
      at: row.at,
      kind: row.kind,
      node: node.name,
      lb: row.lb === null ? null : names.lb(row.lb),
      title: row.title,
    }));
}
