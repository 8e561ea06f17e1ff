import { learnBindings } from "@/lib/domain/bindings";
import type { HistoryRequest } from "@/lib/domain/history";
import { isAddress } from "@/lib/domain/intended";
import type { PoolNode } from "@/lib/domain/pool-context";
import {
  type CookieReach,
  cookieReach,
  type MapDisagreement,
  mapDisagreements,
  sampledRequests,
  sampledSessions,
  windowOf,
} from "@/lib/domain/pool-sample";
import type { Queryable } from "@/lib/store/query";
import { historyRequest } from "@/lib/store/settle/history-request";
import { sampleRequests } from "@/lib/store/settle/history-rows";
import type { KnownNode, Names } from "./names";

/** What the sampled sessions of a pool show; the sample is the one by which bounces are judged. */
export interface Observed {
  /** Each the requests of one session. */
  sessions: HistoryRequest[][];
  /** By source, its sampled requests. */
  bySource: Map<number, HistoryRequest[]>;
  /** By source, the names of the balancers that it tells of in this pool. */
  lbsOfSource: Map<number, Set<string>>;
  reach: Map<string, CookieReach>;
  disagreements: MapDisagreement[];
}

/** Every page asks for the pools with every tick of live data: what was seen is kept this long. */
const keptMs = 5_000;
const kept = new WeakMap<Queryable, Map<number, { at: number; seen: Promise<Observed> }>>();

/** What the sessions of a pool show in the hours around `newest`, at most 5 s old. */
export function observed(
  db: Queryable,
  names: Names,
  pool: number,
  newest: number,
  now: number,
): Promise<Observed> {
  const ofPools = kept.get(db) ?? new Map<number, { at: number; seen: Promise<Observed> }>();
  kept.set(db, ofPools);
  const known = ofPools.get(pool);
  if (known && now - known.at >= 0 && now - known.at < keptMs) return known.seen;
  const seen = observe(db, names, pool, newest);
  ofPools.set(pool, { at: now, seen });
  seen.catch(() => ofPools.delete(pool));
  return seen;
}

/** The same, looked at anew. */
export async function observe(
  db: Queryable,
  names: Names,
  pool: number,
  newest: number,
): Promise<Observed> {
  const { from, to } = windowOf(newest, newest);
  const rows = await sampleRequests(db, pool, from, to, sampledSessions, sampledRequests);
  const sessions = new Map<string, HistoryRequest[]>();
  const bySource = new Map<number, HistoryRequest[]>();
  const lbsOfSource = new Map<number, Set<string>>();
  for (const row of rows) {
    const request = historyRequest(row, names);
    append(sessions, row.session, request);
    append(bySource, row.source, request);
    lbsOfSource.set(row.source, (lbsOfSource.get(row.source) ?? new Set()).add(request.lb));
  }
  const requests = [...sessions.values()].flat();
  const bindings = learnBindings(requests);
  const nodes = names.nodesOf([pool]).map(poolNode);
  return {
    sessions: [...sessions.values()],
    bySource,
    lbsOfSource,
    reach: cookieReach(requests, { nodes, bindings }),
    disagreements: mapDisagreements(bindings),
  };
}

function append<K>(map: Map<K, HistoryRequest[]>, key: K, request: HistoryRequest): void {
  const own = map.get(key);
  if (own) own.push(request);
  else map.set(key, [request]);
}

/** A node as what persistence values may name. */
export function poolNode({ name, aliases }: KnownNode): PoolNode {
  const others = aliases.map((alias) => alias.name);
  return { name, aliases: others, addresses: [name, ...others].filter(isAddress) };
}
