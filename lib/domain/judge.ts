import { intendedNodes, learnBindings } from "./bindings";
import { type BindingOf, type Bounce, findBounces, pingPong, wasPassedOn } from "./bounces";
import { type Cause, causes, isExplained, type Verdict } from "./causes";
import { caseOf, presentedAt, ruleAt, type Surroundings } from "./causes/case-of";
import { weigh } from "./causes/weigh";
import { type HistoryRequest, inOrder, type SessionHistory } from "./history";
import { judgeLosses, type LossVerdict } from "./losses";
import { changesInOrder } from "./node-state";
import type { PoolContext } from "./pool-context";

export interface JudgedBounce extends Bounce {
  verdict: Verdict;
}

/** All that is to be said of one session in one pool. */
export interface Judged {
  /** In order of time. */
  bounces: JudgedBounce[];
  losses: LossVerdict[];
  pingPong: boolean;
  /** The cause of most bounces; null without any. */
  mainCause: Cause | null;
  /** The node that each request's persistence cookie names, by request id; only where it can be read. */
  intended: Map<string, string>;
}

/**
 * The bounces of a session with their causes, and its losses with who is to
 * answer for them. A pure function of the facts: neither the order nor
 * repetitions (by id) of requests, events and changes matter.
 */
export function judgeSession(history: SessionHistory, surrounding: PoolContext): Judged {
  const context = settled(surrounding);
  const requests = inOrder(history.requests);
  const served = requests.filter((request) => request.node !== null);
  const intendedOf = intendedNodes({
    nodes: context.nodes,
    bindings: withOwnBindings(context, served),
  });
  const { session } = history;
  const surroundings: Surroundings = { session, served, context, intendedOf };

  const judged: JudgedBounce[] = [];
  const left = new Map<string, JudgedBounce>();
  for (const bounce of findBounces(served, bindingIn(surroundings))) {
    const away = left.get(bounce.to);
    const isReturn =
      away !== undefined && (bounce.isReturn || isUndone(away, bounce, surroundings));
    const verdict =
      isReturn && away !== undefined ? wayBack(away, bounce) : weigh(caseOf(bounce, surroundings));
    const one = { ...bounce, isReturn, verdict };
    judged.push(one);
    left.set(bounce.from, one);
    left.delete(bounce.to);
  }

  const intended = new Map<string, string>();
  for (const request of requests) {
    const node = intendedOf(request);
    if (node !== null) intended.set(request.id, node);
  }
  return {
    bounces: judged,
    losses: judgeLosses({ ...history, requests }, judged, context),
    pingPong: pingPong(judged),
    mainCause: mainCause(judged),
    intended,
  };
}

/** The context with its lists in an order of their own, so that the order they came in shows nowhere. */
function settled(context: PoolContext): PoolContext {
  const known = settledContexts.get(context);
  if (known !== undefined) return known;
  const made = inOwnOrder(context);
  settledContexts.set(context, made);
  return made;
}

/** Many sessions are judged in one context: it is put in order once. */
const settledContexts = new WeakMap<PoolContext, PoolContext>();

function inOwnOrder(context: PoolContext): PoolContext {
  return {
    ...context,
    changes: changesInOrder(context.changes),
    found: sortedBy(context.found, (f) => f.lb),
    nodes: sortedBy(context.nodes, (n) => n.name),
    spans: sortedBy(context.spans, (s) => `${s.lb}\u0000${s.node}`),
    moves: sortedBy(context.moves, (m) => `${m.at}\u0000${m.session}\u0000${m.from}\u0000${m.to}`),
    store:
      context.store === null
        ? null
        : {
            ...context.store,
            troubles: sortedBy(context.store.troubles, (t) => `${t.from}\u0000${t.store ?? ""}`),
          },
  };
}

function sortedBy<T>(items: readonly T[], key: (item: T) => string): T[] {
  const keyed = items.map((item) => ({ item, key: key(item) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ item }) => item);
}

/** What this session alone shows of persistence values, where the pool's traffic was not asked. */
function withOwnBindings(context: PoolContext, served: readonly HistoryRequest[]) {
  const own = learnBindings(served);
  const merged = new Map(context.bindings);
  for (const [lb, values] of own)
    merged.set(lb, new Map([...values, ...(context.bindings.get(lb) ?? [])]));
  return merged;
}

/** The node that the binding names, as far as cookies tell: see `BindingOf`. */
function bindingIn(surroundings: Surroundings): BindingOf {
  return (request) => {
    switch (presentedAt(request, surroundings)) {
      case "valid":
        return wasPassedOn(request) ? undefined : request.node;
      case "none":
      case "invalid":
      case "expired":
      case "unused":
      case "down":
      case "ignored":
        return null;
      case null:
        return ruleAt(request, surroundings).method === "none" ? null : undefined;
    }
  };
}

/**
 * Whether a session that comes to a node it had left comes back by its binding,
 * where no cookie tells. By hash or address the same key leads to the same
 * node; where the rule is not known, a move that had a passing reason is undone
 * when the reason has passed.
 */
function isUndone(away: JudgedBounce, bounce: Bounce, surroundings: Surroundings): boolean {
  const { request } = bounce;
  // Who came here only on the way back, or because another node failed, was not bound here.
  if (away.isReturn || wasPassedOn(request)) return false;
  if (bindingIn(surroundings)(request) === null) return false;
  const atNode = surroundings.served.filter(
    (r) => r.node === bounce.to && r.id !== request.id && r.startedAt <= request.startedAt,
  );
  const sameClient = atNode.some((r) => r.client === request.client);
  const sameLb = atNode.some((r) => r.lb === request.lb);
  const { cause } = away.verdict;
  if (cause === "lb-disagreement") return sameLb;
  switch (ruleAt(request, surroundings).method) {
    case "source-ip":
      return sameClient && sameLb;
    case "hash":
    case "header":
      return sameLb;
    case "none":
      return false;
    default:
      return (
        sameLb &&
        (isExplained(cause) ||
          cause === "pool-change" ||
          cause === "websocket-upgrade" ||
          (cause === "client-ip-change" && sameClient))
      );
  }
}

/** The verdict on the way back is that on the way there; of many ways to and fro, each tells only itself. */
function wayBack(away: JudgedBounce, bounce: Bounce): Verdict {
  return {
    ...away.verdict,
    evidence: [
      {
        field: "isReturn",
        value: `${bounce.from} → ${bounce.to}`,
        meaning: `back to the node that its binding names; it had been moved away from there (${away.verdict.cause})`,
      },
      ...away.verdict.evidence.filter(({ field }) => field !== "isReturn"),
    ],
  };
}

/** The cause of most bounces, returns included; `unknown` only when there is no other; ties by the order of the causes. */
function mainCause(bounces: readonly JudgedBounce[]): Cause | null {
  const counts = new Map<Cause, number>();
  for (const { verdict } of bounces)
    counts.set(verdict.cause, (counts.get(verdict.cause) ?? 0) + 1);
  let main: Cause | null = null;
  for (const cause of causes) {
    const n = counts.get(cause) ?? 0;
    if (n === 0) continue;
    if (main === null || (cause !== "unknown" && n > (counts.get(main) ?? 0))) main = cause;
  }
  return main;
}
