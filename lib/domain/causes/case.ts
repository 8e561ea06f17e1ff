import type { Bounce } from "../bounces";
import { presentedFlag, responseFlag, wasPassedOn } from "../bounces";
import type { Evidence } from "../evidence";
import type { AffinityMethod, EpochMs } from "../facts";
import { type HistoryRequest, overlaps } from "../history";
import type { LogField, PoolContext } from "../pool-context";

/**
 * What became of the persistence cookie that the client sent:
 * `none` sent, `valid` and followed, naming a node that is `down`, naming no
 * node (`invalid`), `expired`, `unused` because another rule chose, or `ignored`:
 * it names another node than the one reached, and nothing says why.
 */
export type Presented = "none" | "valid" | "down" | "invalid" | "expired" | "unused" | "ignored";

/** The affinity rule that is taken to be at work at the bounce. */
export interface Rule {
  method: AffinityMethod | null;
  /** 0 to 1. */
  confidence: number;
  /** Whence it is known; empty when it is not. */
  evidence: Evidence[];
}

/** A bounce with all that bears on its cause. */
export interface Case {
  /** The session that bounced. */
  session: string;
  bounce: Bounce;
  previous: HistoryRequest;
  request: HistoryRequest;
  from: string;
  to: string;
  /** The session's served requests that began before this one, in order; the last is `previous`. */
  before: readonly HistoryRequest[];
  /** The session's served requests that began after this one, in order. */
  after: readonly HistoryRequest[];
  context: PoolContext;
  /** The node that a request's persistence cookie names; null where it cannot be read. */
  intendedOf: (request: HistoryRequest) => string | null;
  rule: Rule;
  /** Null where the log does not tell, or the rule is not by cookie. */
  presented: Presented | null;
  /** The last earlier request whose answer was over, and left the client with a persistence cookie. */
  boundBy: HistoryRequest | null;
}

/** What speaks for a cause, and how surely, 0 to 1; what speaks against it as well. */
export interface Finding {
  confidence: number;
  evidence: Evidence[];
  against?: Evidence[];
}

/** Judges one cause: null when nothing speaks for it. */
export type Judge = (of: Case) => Finding | null;

/** Whether the log of this balancer carries a field, by what is known of it or by what this session shows. */
export function carries(of: Pick<Case, "context">, lb: string, field: LogField): boolean {
  return of.context.logs.get(lb)?.fields.has(field) ?? false;
}

/* HAProxy's flags, in words: configuration manual, section 8.5, "Session state at disconnection". */

const presentedWords: Record<string, string> = {
  N: "the client sent no persistence cookie",
  I: "the client's persistence cookie names no known server",
  D: "the client's persistence cookie names a server that was down",
  V: "the client's persistence cookie named a usable server and was followed",
  E: "the client's persistence cookie was idle for longer than maxidle",
  O: "the client's persistence cookie was older than maxlife",
  U: "the client's persistence cookie was not used, as another rule chose the server",
  "-": "the balancer has no cookie persistence here",
};

const responseWords: Record<string, string> = {
  N: "the response set none",
  I: "the response inserted one",
  U: "its date was updated",
  P: "the server's own was passed on",
  R: "the server's own was rewritten",
  D: "the server's own was deleted",
};

/** HAProxy's flags of a request as evidence; null where the log has none. */
export function flagEvidence(request: HistoryRequest, prefix = ""): Evidence | null {
  const third = presentedFlag(request);
  if (third === null) return null;
  const fourth = responseFlag(request);
  const words = [presentedWords[third], fourth === null ? undefined : responseWords[fourth]];
  return {
    field: `${prefix}termination`,
    value: request.termination ?? request.persistenceState ?? "",
    meaning: words.filter((word) => word !== undefined).join("; "),
  };
}

/** The persistence cookie that a request's client sent, as evidence, with the node it names where that is known. */
export function presentedEvidence(of: Case, request = of.request, prefix = ""): Evidence[] {
  const flags = flagEvidence(request, prefix);
  const evidence = flags === null ? [] : [flags];
  if (request.presented !== null) {
    const named = of.intendedOf(request);
    evidence.push({
      field: `${prefix}persistence.presented`,
      value: request.presented,
      meaning:
        named === null
          ? "the persistence cookie that the client sent"
          : `the persistence cookie that the client sent; it names ${named}`,
    });
  } else if (flags === null && of.presented === "none") {
    evidence.push({
      field: `${prefix}persistence.presented`,
      value: "-",
      meaning: "the client sent no persistence cookie",
    });
  }
  return evidence;
}

/** Whether a response left the client with a persistence cookie; null where the log does not tell. */
export function responseSets(of: Pick<Case, "context">, request: HistoryRequest): boolean | null {
  const flag = responseFlag(request);
  if (flag !== null && flag !== "-")
    return flag === "I" || flag === "U" || flag === "P" || flag === "R";
  if (request.inserted !== null) return request.inserted !== "";
  return carries(of, request.lb, "inserted") ? false : null;
}

/** Whether a request's client held a persistence cookie after its answer; null where the log does not tell. */
export function leavesBound(of: Pick<Case, "context">, request: HistoryRequest): boolean | null {
  const sets = responseSets(of, request);
  if (sets === true) return true;
  if (presentedFlag(request) === "V") return true;
  if (request.presented !== null && presentedFlag(request) === null) return true;
  return sets;
}

/** A node that serves this soon after a failure had failed once. */
const IN_SERVICE_MS = 3_000;

/** A request that was passed on from a node while it was being served. */
export interface PassedOn {
  /** The node that was tried in vain; the node left, where the log does not name it. */
  tried: string;
  status: number | null;
  /** The log lists the attempts. */
  listed: boolean;
  evidence: Evidence;
}

/**
 * Whether the request was passed on to its node from another: an attempt list
 * (NGINX's `$upstream_addr`: `, ` between the servers tried,
 * ngx_http_upstream_module), a redispatch (HAProxy's `+` before the retries,
 * section 8.2.3: the server in the line is the last one tried), or a count of
 * retries (Envoy's attempt count, Traefik's RetryAttempts).
 */
export function passedOn(of: Case): PassedOn | null {
  const { request, from } = of;
  const failed = request.attempts.slice(0, -1).filter((attempt) => attempt.node !== request.node);
  const attempt = failed.find((a) => a.node === from) ?? failed[0];
  if (attempt !== undefined) {
    return {
      tried: attempt.node,
      status: attempt.status,
      listed: true,
      evidence: {
        field: "attempts",
        value: request.attempts.map((a) => `${a.node} ${a.status ?? "-"}`).join(", "),
        meaning: `${attempt.node} was tried first, then the request was passed on to ${of.to}`,
      },
    };
  }
  const retries = request.retries ?? 0;
  if (request.redispatched === true || (request.redispatched === null && retries > 0)) {
    return {
      tried: of.intendedOf(request) ?? from,
      status: null,
      listed: false,
      evidence: {
        field: "retries",
        value: `${request.redispatched === true ? "+" : ""}${retries}`,
        meaning: "the first server could not be reached, and the request went to another",
      },
    };
  }
  return null;
}

/** A node that fails this often more before it serves the session again is not merely failing now and then. */
const FAILS_ON = 2;

/**
 * Whether the session's next request, through the same balancer, was back at
 * the node that had failed (`back`) or kept away from it (`away`). One that was
 * tried there and failed too leaves it to the one after. Null when nothing
 * tells: no further request, a later one, or an answer that bound the session
 * to the new node.
 */
export function afterwards(of: Case, tried: string): "back" | "away" | null {
  let failures = 0;
  for (const next of of.after) {
    if (next.lb !== of.request.lb || overlaps(of.request, next)) continue;
    if (next.node === tried) return next.startedAt - of.request.startedAt <= 10_000 ? "back" : null;
    if (!next.attempts.some((attempt) => attempt.node === tried))
      return of.rule.method === "cookie" && responseSets(of, of.request) !== false ? null : "away";
    failures += 1;
    if (failures > FAILS_ON) return "away";
  }
  return failures > 0 ? "away" : null;
}

/** Whether a node served any request soon after the bounce, and so was in service. */
export function servedSoonAfter(of: Case, node: string): Evidence | null {
  const at = of.request.startedAt;
  const next = of.context.served.get(node)?.find((time) => time > at);
  if (next === undefined || next - at > IN_SERVICE_MS) return null;
  return {
    field: "node",
    value: node,
    meaning: `served another request ${relativeTime(next, at)}: it was in service`,
  };
}

/** Other sessions that moved within `withinMs` of the bounce, by the node they left. */
export function movesAround(
  of: Case,
  withinMs: number,
): { from: Map<string, number>; sessions: number } {
  const from = new Map<string, number>();
  const sessions = new Set<string>();
  for (const move of of.context.moves) {
    if (move.session === of.session || sessions.has(move.session)) continue;
    if (Math.abs(move.at - of.request.startedAt) > withinMs) continue;
    sessions.add(move.session);
    from.set(move.from, (from.get(move.from) ?? 0) + 1);
  }
  return { from, sessions: sessions.size };
}

/** Whether other sessions moved within half a minute, and all of them left the same node. */
export function leftAlone(of: Case): boolean {
  const { from } = movesAround(of, 30_000);
  return from.size === 1 && from.has(of.from);
}

/** A distance in time as people say it: `3.2 s before`, `140 ms after`. */
export function relativeTime(at: EpochMs, of: EpochMs): string {
  const distance = Math.abs(at - of);
  const text =
    distance < 1000
      ? `${Math.round(distance)} ms`
      : distance < 120_000
        ? `${Math.round(distance / 100) / 10} s`
        : `${Math.round(distance / 60_000)} min`;
  return distance < 1 ? "at the same time" : `${text} ${at <= of ? "before" : "after"}`;
}

/** A change as evidence. */
export function changeEvidence(
  change: { at: EpochMs; title: string },
  of: Case,
  meaning: string,
): Evidence {
  return {
    field: "change",
    value: change.title,
    meaning: `${meaning}, ${relativeTime(change.at, of.request.startedAt)}`,
  };
}

/** Without any affinity a session moves whatever happens: what else happened explains less. */
export function weakenedWithoutAffinity(of: Case, confidence: number): number {
  return of.rule.method === "none" && of.rule.confidence >= 0.7
    ? Math.min(confidence, 0.6)
    : confidence;
}

/** The move was the balancer's choice on account of the cookie (or its lack), whatever state the node left was in. */
export function chosenByCookie(of: Case): boolean {
  return (
    of.presented === "none" ||
    of.presented === "expired" ||
    of.presented === "unused" ||
    of.presented === "valid"
  );
}

/** What a rule does to a session by a change of the pool, it does once; what it does for so long it does not do at all. */
const ROAMS_MS = 4 * 60_000;

/**
 * How often the session moved from one request to the next around the bounce,
 * with the same address through the same balancer, and without having been
 * passed on; null where that was not again and again.
 */
export function roams(of: Case): { pairs: number; moved: number } | null {
  const near = (request: HistoryRequest) =>
    Math.abs(request.startedAt - of.request.startedAt) <= ROAMS_MS;
  const all = [...of.before.slice(-8), of.request, ...of.after.slice(0, 8)].filter(near);
  // What it did before it began to move is another time.
  const first = all.findIndex((request, i) => i > 0 && all[i - 1]?.node !== request.node);
  let pairs = 0;
  let moved = 0;
  for (let i = Math.max(1, first); i < all.length; i += 1) {
    const [one, next] = [all[i - 1], all[i]];
    if (one === undefined || next === undefined) continue;
    if (next.lb !== one.lb || next.client !== one.client || overlaps(one, next)) continue;
    if (wasPassedOn(next) || wasPassedOn(one)) continue;
    pairs += 1;
    if (next.node !== one.node) moved += 1;
  }
  return moved >= 3 && moved >= 0.4 * pairs ? { pairs, moved } : null;
}
