import { presentedFlag } from "../bounces";
import type { About } from "../cause-about";
import type { HistoryRequest } from "../history";
import { envoyCookie, nodePart } from "../intended";
import { type Case, type Finding, presentedEvidence, relativeTime, responseSets } from "./case";

/** What is to be known of this cause outside its judging. */
export const about = {
  cause: "cookie-expired",
  class: "client",
  rank: 110,
  title: "The persistence cookie expires",
  step: "Let the persistence cookie live as long as the session",
  provedBy: [["persistenceState"], ["presented", "inserted"]],
  ink: { dark: "#9d58a8", light: "#692673" },
} as const satisfies About;

/** What one set a cookie's age against: its idle or life time in seconds, and who says so. */
interface Limit {
  idleSeconds: number | null;
  lifeSeconds: number | null;
  declared: boolean;
}

/**
 * The client presented a persistence cookie past its idle or life time, or
 * stopped sending it when its time was over. HAProxy: third flag `E` (older than
 * `maxidle`) or `O` (older than `maxlife`; manual, sections 4.2 and 8.5).
 * Elsewhere the browser drops the cookie itself (NGINX `sticky cookie …
 * expires=`, ALB's duration), so that it looks unsent: then the time since the
 * last request, or since the cookie was set, is compared with the times that
 * were declared or found. An Envoy cookie carries its expiry.
 */
export function judge(of: Case): Finding | null {
  if (of.presented === "expired") {
    return { confidence: 0.96, evidence: [...presentedEvidence(of), ...envoyExpiry(of)] };
  }
  const unseen = of.presented === null && of.rule.method === "cookie";
  if (of.presented !== "none" && !unseen) return null;
  if (of.boundBy === null && !unseen) return null;
  const limit = limitOf(of);
  if (limit === null) return null;
  const idle = (of.request.startedAt - lastUse(of)) / 1000;
  const set = lastSet(of);
  const age = set === null ? null : (of.request.startedAt - set.startedAt) / 1000;
  const idleOver = limit.idleSeconds !== null && idle >= limit.idleSeconds;
  const lifeOver = limit.lifeSeconds !== null && age !== null && age >= limit.lifeSeconds;
  if (!idleOver && !lifeOver) return null;
  // HAProxy would say E or O of a cookie that is still sent; it is the browser that dropped this one.
  const byFlag = presentedFlag(of.request) === "N";
  const confidence = unseen ? 0.58 : limit.declared ? (byFlag ? 0.72 : 0.88) : byFlag ? 0.5 : 0.7;
  const whose = limit.declared ? "declared" : "found in traffic";
  return {
    confidence,
    evidence: [
      {
        field: idleOver ? "idle" : "age",
        value: `${Math.round(idleOver ? idle : (age ?? 0))} s`,
        meaning: idleOver
          ? `no request for longer than the cookie's idle time of ${limit.idleSeconds} s (${whose})`
          : `the cookie was set longer ago than its life time of ${limit.lifeSeconds} s (${whose})`,
      },
      ...presentedEvidence(of),
    ],
  };
}

/** The idle and life times in force at the balancer; null when none is known. */
export function limitOf(of: Case): Limit | null {
  const { declared, found } = of.context;
  if (declared?.idleSeconds || declared?.lifeSeconds)
    return {
      idleSeconds: declared.idleSeconds ?? null,
      lifeSeconds: declared.lifeSeconds ?? null,
      declared: true,
    };
  const here = found.find((f) => f.lb === of.request.lb);
  if (here?.idleSeconds || here?.lifeSeconds)
    return { idleSeconds: here.idleSeconds, lifeSeconds: here.lifeSeconds, declared: false };
  return null;
}

function lastUse(of: Case): number {
  return of.previous.endedAt === null
    ? of.previous.startedAt
    : Math.max(of.previous.startedAt, Math.min(of.previous.endedAt, of.request.startedAt));
}

function lastSet(of: Case): HistoryRequest | null {
  return of.before.findLast((r) => responseSets(of, r) === true) ?? null;
}

function envoyExpiry(of: Case) {
  const { presented, startedAt } = of.request;
  const expiresAt =
    presented === null ? null : (envoyCookie(nodePart(presented))?.expiresAt ?? null);
  if (expiresAt === null) return [];
  return [
    {
      field: "persistence.expires",
      value: new Date(expiresAt * 1000).toISOString(),
      meaning: `the cookie's own expiry was ${relativeTime(expiresAt * 1000, startedAt)}`,
    },
  ];
}
