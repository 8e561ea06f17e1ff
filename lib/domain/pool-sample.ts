import { inferAffinity, observeAffinity } from "./affinity";
import { intendedNodes } from "./bindings";
import type { EpochMs } from "./facts";
import type { HistoryRequest } from "./history";
import type { AffinityFound, DeclaredAffinity, PoolContext } from "./pool-context";

/**
 * Where all sessions of a pool would be too many to look at, so many of them
 * stand for all: those whose hashes come first, of each the first requests.
 */
export const sampledSessions = 300;
export const sampledRequests = 60;

const hourMs = 3_600_000;

/** The whole hours around a time, one more on each side: sessions of the same hours share their surroundings. */
export function windowOf(from: EpochMs, to: EpochMs): { from: EpochMs; to: EpochMs } {
  return {
    from: Math.floor(from / hourMs) * hourMs - hourMs,
    to: (Math.floor(to / hourMs) + 2) * hourMs,
  };
}

/** The affinity at work at each balancer of a pool whose traffic shows it, by the balancer's name. */
export function foundAffinities(
  sessions: Iterable<readonly HistoryRequest[]>,
  declaredAt: (lb: string) => DeclaredAffinity | null,
): AffinityFound[] {
  const found: AffinityFound[] = [];
  for (const [lb, traffic] of observeAffinity(sessions)) {
    const affinity = inferAffinity(traffic, declaredAt(lb));
    if (affinity !== null) found.push(affinity);
  }
  return found.sort((a, b) => (a.lb < b.lb ? -1 : 1));
}

/** How often a cookie was followed at one balancer. */
export interface CookieReach {
  /** Served requests whose persistence cookie names a node. */
  named: number;
  /** Those of them that reached another node. */
  elsewhere: number;
}

/** For each balancer: the requests whose cookie names a node, and how many of them reached another. */
export function cookieReach(
  requests: Iterable<HistoryRequest>,
  context: Pick<PoolContext, "nodes" | "bindings">,
): Map<string, CookieReach> {
  const intendedOf = intendedNodes(context);
  const reach = new Map<string, CookieReach>();
  for (const request of requests) {
    const intended = request.node === null ? null : intendedOf(request);
    if (intended === null) continue;
    const own = reach.get(request.lb) ?? { named: 0, elsewhere: 0 };
    reach.set(request.lb, own);
    own.named += 1;
    if (intended !== request.node) own.elsewhere += 1;
  }
  return reach;
}

/** One cookie value that names different nodes at different balancers. */
export interface MapDisagreement {
  value: string;
  nodes: { lb: string; node: string }[];
}

/** The cookie values of a pool that its balancers read differently, by value. */
export function mapDisagreements(bindings: PoolContext["bindings"]): MapDisagreement[] {
  const byValue = new Map<string, MapDisagreement["nodes"]>();
  for (const [lb, values] of bindings)
    for (const [value, node] of values)
      byValue.set(value, [...(byValue.get(value) ?? []), { lb, node }]);
  return [...byValue]
    .filter(([, nodes]) => new Set(nodes.map(({ node }) => node)).size > 1)
    .map(([value, nodes]) => ({ value, nodes: nodes.sort((a, b) => (a.lb < b.lb ? -1 : 1)) }))
    .sort((a, b) => (a.value < b.value ? -1 : 1));
}
