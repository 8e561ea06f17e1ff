import { type HistoryRequest, inOrder } from "./history";

/** A request that another node served than the session's previous served request in the pool. */
export interface Bounce {
  previous: HistoryRequest;
  request: HistoryRequest;
  from: string;
  to: string;
  /** Back to the node that the binding names, after a bounce away from it. */
  isReturn: boolean;
}

/**
 * The node that the session's binding names at a request: a name; null when the
 * binding names none; undefined when nothing tells.
 */
export type BindingOf = (request: HistoryRequest) => string | null | undefined;

/** HAProxy's third flag: what the persistence cookie was worth when it was presented (manual, section 8.5). */
export function presentedFlag(request: HistoryRequest): string | null {
  return request.persistenceState?.charAt(0) || null;
}

/** HAProxy's fourth flag: what was done with the persistence cookie in the response (manual, section 8.5). */
export function responseFlag(request: HistoryRequest): string | null {
  return request.persistenceState?.charAt(1) || null;
}

/** The request was passed on from one node to another while it was being served. */
export function wasPassedOn(request: HistoryRequest): boolean {
  return request.redispatched === true || new Set(request.attempts.map((a) => a.node)).size > 1;
}

/** What the balancer itself says of the binding, without knowing what cookie values mean. */
const bindingByFlags: BindingOf = (request) => {
  switch (presentedFlag(request)) {
    // A valid cookie was followed, unless its server failed and the request was redispatched.
    case "V":
      return wasPassedOn(request) ? undefined : request.node;
    case "N":
    case "I":
    case "E":
    case "O":
    case "U":
      return null;
    default:
      return undefined;
  }
};

/**
 * The bounces of one session in one pool, in order. Requests that no node
 * served are skipped; requests that overlap count by when they started. Neither
 * the order nor repetitions (by id) of `requests` matter.
 *
 * `isReturn` needs a word that the binding names the node (`bindingOf`); where
 * nothing tells, going back to where the session was until one request was
 * passed on is taken for it.
 */
export function findBounces(
  requests: readonly HistoryRequest[],
  bindingOf: BindingOf = bindingByFlags,
): Bounce[] {
  const bounces: Bounce[] = [];
  const left = new Map<string, Bounce>();
  let previous: HistoryRequest | null = null;
  for (const request of inOrder(requests)) {
    const to = request.node;
    if (to === null) continue;
    const from = previous?.node ?? null;
    if (previous !== null && from !== null && from !== to) {
      const away = left.get(to);
      const bounce: Bounce = {
        previous,
        request,
        from,
        to,
        isReturn: away !== undefined && isBackToBinding(request, away, bindingOf),
      };
      bounces.push(bounce);
      left.set(from, bounce);
      left.delete(to);
    }
    previous = request;
  }
  return bounces;
}

function isBackToBinding(request: HistoryRequest, away: Bounce, bindingOf: BindingOf): boolean {
  const named = bindingOf(request);
  if (named !== undefined) return named === request.node;
  return !away.isReturn && wasPassedOn(away.request) && !wasPassedOn(request);
}

/** Whether the session returned to a node it had left, at least twice. */
export function pingPong(bounces: readonly { from: string; to: string }[]): boolean {
  const left = new Set<string>();
  let returns = 0;
  for (const { from, to } of bounces) {
    if (left.has(to)) returns += 1;
    left.add(from);
  }
  return returns >= 2;
}
