import { presentedFlag, responseFlag, wasPassedOn } from "./bounces";
import type { AffinityMethod } from "./facts";
import { type HistoryRequest, inOrder, overlaps } from "./history";
import type { AffinityFound, DeclaredAffinity } from "./pool-context";

/** Counts that tell which affinity is at work at one balancer. Sums of these over sessions are again such counts. */
export interface AffinityTraffic {
  lb: string;
  requests: number;
  /** Sessions of at least two served requests. */
  sessions: number;
  /** By node, served requests. */
  nodes: Map<string, number>;
  /** HAProxy's third and fourth flags, counted. */
  thirdFlags: Map<string, number>;
  fourthFlags: Map<string, number>;
  /** Requests that presented a persistence cookie, responses that set one. */
  presented: number;
  inserted: number;
  /** Responses to clients that had presented none, and those of them that set one. */
  unbound: number;
  unboundSet: number;
  /** Requests after an answer had set the cookie, and those of them that presented it. */
  bound: number;
  boundPresented: number;
  /** Consecutive requests of one session from one address, and those of them that stayed on the node. */
  pairs: number;
  stays: number;
  /** The same for consecutive requests between which the address changed. */
  roams: number;
  roamStays: number;
  /** Pairs of sessions behind one address, and those of them that began on one node. */
  neighbours: number;
  neighbourStays: number;
  /** Seconds without a request after which a cookie was still good, the most; and was not any more, the least. */
  longestGood: number | null;
  shortestIdle: number | null;
  shortestLife: number | null;
}

function noTraffic(lb: string): AffinityTraffic {
  return {
    lb,
    requests: 0,
    sessions: 0,
    nodes: new Map(),
    thirdFlags: new Map(),
    fourthFlags: new Map(),
    presented: 0,
    inserted: 0,
    unbound: 0,
    unboundSet: 0,
    bound: 0,
    boundPresented: 0,
    pairs: 0,
    stays: 0,
    roams: 0,
    roamStays: 0,
    neighbours: 0,
    neighbourStays: 0,
    longestGood: null,
    shortestIdle: null,
    shortestLife: null,
  };
}

function count(map: Map<string, number>, key: string): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}

function least(a: number | null, b: number): number {
  return a === null ? b : Math.min(a, b);
}

/**
 * What the sessions of a pool show of the affinity at each of its balancers:
 * by balancer, the counts. Each item of `sessions` holds the requests of one
 * session; neither their order nor that of the sessions matters.
 */
export function observeAffinity(
  sessions: Iterable<readonly HistoryRequest[]>,
): Map<string, AffinityTraffic> {
  const traffic = new Map<string, AffinityTraffic>();
  const firstByClient = new Map<string, string[]>();
  const at = (lb: string) => {
    const known = traffic.get(lb) ?? noTraffic(lb);
    traffic.set(lb, known);
    return known;
  };
  for (const session of sessions) {
    const served = inOrder(session).filter((r) => r.node !== null);
    for (const lb of new Set(served.map((r) => r.lb))) {
      const own = served.filter((r) => r.lb === lb);
      observeSession(at(lb), own);
      const [first] = own;
      if (first?.client && first.node !== null) {
        const key = `${lb}\u0000${first.client}`;
        firstByClient.set(key, [...(firstByClient.get(key) ?? []), first.node]);
      }
    }
  }
  for (const [key, nodes] of firstByClient) {
    const own = at(key.slice(0, key.indexOf("\u0000")));
    const byNode = new Map<string, number>();
    for (const node of nodes) count(byNode, node);
    own.neighbours += (nodes.length * (nodes.length - 1)) / 2;
    for (const n of byNode.values()) own.neighbourStays += (n * (n - 1)) / 2;
  }
  return traffic;
}

/** Whether two addresses are one to NGINX's `ip_hash`, which looks at three of four octets: staying says nothing then. */
function inOneNetwork(a: string | null, b: string | null): boolean {
  const network = (ip: string | null) => /^\d+\.\d+\.\d+\.(?=\d+$)/.exec(ip ?? "")?.[0];
  return network(a) !== undefined && network(a) === network(b);
}

/** Adds one session's served requests at one balancer, in order. */
function observeSession(own: AffinityTraffic, served: readonly HistoryRequest[]): void {
  own.requests += served.length;
  if (served.length >= 2) own.sessions += 1;
  let boundBy: HistoryRequest | null = null;
  let setAt: number | null = null;
  let previous: HistoryRequest | null = null;
  for (const request of served) {
    const third = presentedFlag(request);
    const fourth = responseFlag(request);
    if (request.node !== null) count(own.nodes, request.node);
    if (third !== null) count(own.thirdFlags, third);
    if (fourth !== null) count(own.fourthFlags, fourth);
    const presents = third === null || third === "-" ? request.presented !== null : third !== "N";
    const sets =
      fourth === null || fourth === "-" ? Boolean(request.inserted) : /[IUPR]/.test(fourth);
    if (presents) own.presented += 1;
    if (sets) own.inserted += 1;
    if (!presents) {
      own.unbound += 1;
      if (sets) own.unboundSet += 1;
    }
    if (boundBy !== null && !overlaps(boundBy, request)) {
      own.bound += 1;
      if (presents) own.boundPresented += 1;
    }
    if (previous !== null) {
      const idle = (request.startedAt - previous.startedAt) / 1000;
      if (third === "V") own.longestGood = Math.max(own.longestGood ?? 0, idle);
      if (third === "E") own.shortestIdle = least(own.shortestIdle, idle);
      if (third === "O" && setAt !== null)
        own.shortestLife = least(own.shortestLife, (request.startedAt - setAt) / 1000);
      if (!overlaps(previous, request) && !wasPassedOn(request) && !wasPassedOn(previous)) {
        const stayed = previous.node === request.node ? 1 : 0;
        if (previous.client === request.client) {
          own.pairs += 1;
          own.stays += stayed;
        } else if (!stayed || !inOneNetwork(previous.client, request.client)) {
          own.roams += 1;
          own.roamStays += stayed;
        }
      }
    }
    if (sets || third === "V") boundBy = request;
    if (fourth === "I" || (fourth === null && sets)) setAt = request.startedAt;
    previous = request;
  }
}

/** Fewer pairs of consecutive requests than this tell nothing. */
const ENOUGH_PAIRS = 8;

/**
 * The affinity at work at one balancer, as its traffic shows it; null when there
 * was too little to tell.
 *
 * Cookies show themselves (HAProxy's flags other than `-`, or values presented
 * and set). Without cookies, sessions that stay on a node more than chance would
 * have it are bound: by their address, when sessions behind one address share a
 * node or a session leaves its node as its address changes; otherwise by a hash
 * of their key. Sessions that move as chance would have it are bound by nothing.
 */
export function inferAffinity(
  traffic: AffinityTraffic,
  declared: DeclaredAffinity | null,
): AffinityFound | null {
  const found = methodOf(traffic, declared);
  if (found === null) return null;
  const share = (part: number, whole: number) => (whole === 0 ? null : part / whole);
  const isCookie = found.method === "cookie";
  const showsCookies = isCookie || traffic.presented + traffic.inserted > 0;
  const affinity: AffinityFound = {
    lb: traffic.lb,
    method: found.method,
    confidence: Math.round(found.confidence * 100) / 100,
    cookie: isCookie ? (declared?.cookie ?? null) : null,
    setShare: showsCookies ? share(traffic.unboundSet, traffic.unbound) : null,
    presentedShare: showsCookies ? share(traffic.boundPresented, traffic.bound) : null,
    idleSeconds: idleTime(traffic, declared?.idleSeconds ?? null),
    lifeSeconds: traffic.shortestLife === null ? null : Math.floor(traffic.shortestLife),
    requests: traffic.requests,
    sessions: traffic.sessions,
    mismatch: null,
  };
  return { ...affinity, mismatch: mismatchOf(affinity, declared) };
}

/**
 * Between the longest pause after which the cookie was good and the shortest
 * after which it was not: there the declared time, where that lies between, else
 * the middle.
 */
function idleTime(
  { longestGood, shortestIdle }: AffinityTraffic,
  declared: number | null,
): number | null {
  if (shortestIdle === null) return null;
  if (declared !== null && declared >= (longestGood ?? 0) && declared <= shortestIdle)
    return declared;
  if (longestGood === null || longestGood >= shortestIdle) return Math.floor(shortestIdle);
  return Math.round((longestGood + shortestIdle) / 2);
}

function methodOf(
  traffic: AffinityTraffic,
  declared: DeclaredAffinity | null,
): { method: AffinityMethod; confidence: number } | null {
  const flagged = [...traffic.thirdFlags].reduce((n, [flag, of]) => (flag === "-" ? n : n + of), 0);
  if (flagged > 0 && flagged >= traffic.requests / 2)
    return { method: "cookie", confidence: flagged >= 5 ? 0.97 : 0.8 };
  const cookies = traffic.presented + traffic.inserted;
  if (cookies >= 2 && cookies >= traffic.requests * 0.2)
    return { method: "cookie", confidence: cookies >= 10 ? 0.95 : 0.7 };

  const { pairs, stays } = traffic;
  if (pairs < ENOUGH_PAIRS || traffic.nodes.size < 2) return null;
  const chance = chanceToStay(traffic);
  const bound = (stays / pairs - chance) / (1 - chance);
  const enough = Math.min(1, pairs / 40);
  if (bound < 0.35) return { method: "none", confidence: 0.6 + 0.35 * enough };
  if (bound < 0.7) return null;
  const byAddress = addressBinds(traffic, chance);
  if (byAddress !== null)
    return byAddress.binds
      ? { method: "source-ip", confidence: byAddress.confidence }
      : { method: "hash", confidence: byAddress.confidence };
  // Nothing tells address from hash: a declaration that fits is taken, an unproved guess is said to be one.
  const fits = declared !== null && declared.method !== "none" && declared.method !== "cookie";
  return fits ? { method: declared.method, confidence: 0.7 } : { method: "hash", confidence: 0.4 };
}

/** How often two consecutive requests would meet on one node if each were sent by the nodes' shares alone. */
function chanceToStay({ nodes }: AffinityTraffic): number {
  const total = [...nodes.values()].reduce((sum, n) => sum + n, 0);
  return [...nodes.values()].reduce((sum, n) => sum + (n / total) ** 2, 0);
}

function addressBinds(
  { roams, roamStays, neighbours, neighbourStays }: AffinityTraffic,
  chance: number,
): { binds: boolean; confidence: number } | null {
  const votes: { binds: boolean; n: number }[] = [];
  const middle = (1 + chance) / 2;
  if (neighbours >= 5) votes.push({ binds: neighbourStays / neighbours > middle, n: neighbours });
  if (roams >= 3) votes.push({ binds: roamStays / roams < middle, n: roams });
  const [first] = votes;
  if (first === undefined) return null;
  if (votes.some((vote) => vote.binds !== first.binds)) return null;
  const n = votes.reduce((sum, vote) => sum + vote.n, 0);
  return { binds: first.binds, confidence: Math.min(0.95, 0.65 + n / 60) };
}

/** What differs from the declared affinity, for people to read; null when nothing does. */
function mismatchOf(found: AffinityFound, declared: DeclaredAffinity | null): string | null {
  if (declared === null) return null;
  const name = declared.cookie ? `${declared.method} ${declared.cookie}` : declared.method;
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  if (declared.method !== found.method) {
    const alike = new Set<AffinityMethod>(["hash", "header"]);
    if (alike.has(declared.method) && alike.has(found.method)) return null;
    if (found.confidence < 0.6) return null;
    return found.method === "none"
      ? `declared ${name}, but sessions change nodes as if nothing bound them`
      : `declared ${name}, found ${found.method}`;
  }
  if (found.setShare !== null && found.setShare < 0.95)
    return `declared ${name}, ${percent(1 - found.setShare)} of responses to clients without it never set it`;
  if (declared.idleSeconds && found.idleSeconds && found.idleSeconds < declared.idleSeconds * 0.8)
    return `declared ${name} with an idle time of ${declared.idleSeconds} s, found about ${found.idleSeconds} s`;
  return null;
}
