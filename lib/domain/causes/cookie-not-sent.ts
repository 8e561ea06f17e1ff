import { presentedFlag } from "../bounces";
import type { About } from "../cause-about";
import type { Evidence } from "../evidence";
import { type Case, type Finding, flagEvidence, presentedEvidence } from "./case";
import { judge as cookieExpired } from "./cookie-expired";

/** What is to be known of this cause outside its judging. */
export const about = {
  cause: "cookie-not-sent",
  class: "client",
  rank: 120,
  title: "Clients no longer send the cookie",
  step: "Find where clients drop the cookie: SameSite, Secure, domain and path",
  provedBy: [["persistenceState"], ["presented", "inserted"]],
  ink: { dark: "#d082dc", light: "#994fa5" },
} as const satisfies About;

/** A client that has just been answered may have sent its next request before it read the cookie. */
const ON_THE_WAY_MS = 250;

/**
 * The balancer had set the cookie, the session goes on, and the client no longer
 * sends it. HAProxy: third flag `N` (manual, section 8.5) after an `I` or a `V`
 * of the same session; elsewhere a log that carries the cookie shows none.
 */
export function judge(of: Case): Finding | null {
  const { boundBy, request } = of;
  if (of.presented !== "none" || boundBy === null) return null;
  const against: Evidence[] = [];
  let confidence = presentedFlag(request) === "N" ? 0.93 : 0.9;
  const expired = cookieExpired(of);
  if (expired !== null) {
    confidence = presentedFlag(request) === "N" ? 0.66 : 0.6;
    against.push(...expired.evidence.slice(0, 1));
  }
  const found = of.context.found.find((f) => f.lb === request.lb);
  if (found?.presentedShare !== undefined && found.presentedShare !== null)
    if (found.presentedShare < 0.02 && found.sessions >= 20) {
      confidence = Math.min(confidence, 0.7);
      against.push({
        field: "affinity.presentedShare",
        value: `${Math.round(found.presentedShare * 100)} %`,
        meaning: "hardly any client sends the cookie back: something between may strip it",
      });
    }
  if (boundBy.lb !== request.lb && of.before.every((r) => r.lb !== request.lb)) {
    confidence = Math.min(confidence, 0.6);
    against.push({
      field: "lb",
      value: `${boundBy.lb} → ${request.lb}`,
      meaning: "another load balancer had set the cookie; this one may use one of its own",
    });
  }
  if (isOnTheWay(of)) confidence = Math.min(confidence, 0.6);
  const set = flagEvidence(boundBy, "earlier.");
  return {
    confidence,
    evidence: [
      ...presentedEvidence(of),
      ...(set === null ? [] : [set]),
      ...(boundBy.inserted
        ? [
            {
              field: "earlier.persistence.inserted",
              value: boundBy.inserted,
              meaning: "an earlier response had set the cookie",
            },
          ]
        : []),
      ...(request.hasKey === true
        ? [
            {
              field: "session",
              value: "sent",
              meaning: "the same request carried the session's own key",
            },
          ]
        : []),
    ],
    against,
  };
}

/** The first answer had barely left when this request came, and the client does send the cookie later. */
export function isOnTheWay(of: Case): boolean {
  const { boundBy, request } = of;
  if (boundBy === null || boundBy !== of.before.find((r) => r === boundBy)) return false;
  const isFirstAnswer = of.before.every((r) => presentedFlag(r) !== "V" && r.presented === null);
  const ended = boundBy.endedAt ?? boundBy.startedAt;
  return isFirstAnswer && request.startedAt - ended < ON_THE_WAY_MS && sendsLater(of);
}

/** A later request of the session shows that its client does send persistence cookies. */
export function sendsLater(of: Case): boolean {
  return of.after.some((r) => presentedFlag(r) === "V" || r.presented !== null);
}
