import { presentedFlag, responseFlag, wasPassedOn } from "./bounces";
import type { HistoryRequest } from "./history";
import { type NodeNaming, nodeNaming, nodePart } from "./intended";
import type { PoolContext } from "./pool-context";

/** A value is taken to name a node when at least this share of what was seen agrees. */
const AGREEMENT = 0.8;
/** Values longer than this are encrypted or random, and differ with every response. */
const LONGEST = 80;

/**
 * What persistence values name at each balancer, learned from traffic: by
 * balancer, then by value (what of it names a node), the node.
 *
 * A response that sets a value comes from the node it names. A presented value
 * that HAProxy calls valid (`V`) was followed; where a log has no such word, a
 * presented value counts only by how often it met the same node. What is
 * disputed in more than a fifth of the cases is left out.
 */
export function learnBindings(requests: readonly HistoryRequest[]): Bindings {
  return bindingsOf(requests, "all that met");
}

/**
 * The same from nothing but what a balancer itself said: the values that it
 * set, and those that it called valid.
 */
export function toldBindings(requests: readonly HistoryRequest[]): Bindings {
  return bindingsOf(requests, "what was told");
}

/** By balancer, then by value (what of it names a node), the node. */
type Bindings = Map<string, Map<string, string>>;

function bindingsOf(
  requests: readonly HistoryRequest[],
  by: "what was told" | "all that met",
): Bindings {
  const votes = new Map<string, Map<string, Map<string, number>>>();
  const vote = (lb: string, value: string, node: string, weight: number) => {
    const part = nodePart(value);
    if (part === "" || value.length > LONGEST) return;
    const ofLb = votes.get(lb) ?? new Map<string, Map<string, number>>();
    votes.set(lb, ofLb);
    const ofValue = ofLb.get(part) ?? new Map<string, number>();
    ofLb.set(part, ofValue);
    ofValue.set(node, (ofValue.get(node) ?? 0) + weight);
  };
  const seen = new Set<string>();
  for (const request of requests) {
    if (request.node === null || seen.has(request.id)) continue;
    seen.add(request.id);
    if (request.inserted && responseFlag(request) !== "D")
      vote(request.lb, request.inserted, request.node, 2);
    if (request.presented && !wasPassedOn(request)) {
      const flag = presentedFlag(request);
      if (flag === "V") vote(request.lb, request.presented, request.node, 2);
      else if (by === "all that met" && (flag === null || flag === "-"))
        vote(request.lb, request.presented, request.node, 1);
    }
  }
  const bindings: Bindings = new Map();
  for (const [lb, values] of votes) {
    const learned = new Map<string, string>();
    for (const [value, nodes] of values) {
      const total = [...nodes.values()].reduce((sum, n) => sum + n, 0);
      for (const [node, n] of nodes)
        if (total >= 2 && n / total >= AGREEMENT) learned.set(value, node);
    }
    if (learned.size > 0) bindings.set(lb, learned);
  }
  return bindings;
}

/**
 * The node that the presented persistence value of a request names, at the
 * balancer that it passed; null where there is none or it cannot be read.
 * Keeps what it worked out, so make one for a pool and ask it often.
 */
export function intendedNodes(
  context: Pick<PoolContext, "nodes" | "bindings">,
): (request: Pick<HistoryRequest, "lb" | "presented">) => string | null {
  const namings = new Map<string, NodeNaming>();
  return ({ lb, presented }) => {
    if (presented === null) return null;
    let naming = namings.get(lb);
    if (naming === undefined) {
      naming = nodeNaming(context.nodes, context.bindings.get(lb));
      namings.set(lb, naming);
    }
    return naming(presented);
  };
}
