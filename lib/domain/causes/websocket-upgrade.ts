import { presentedFlag } from "../bounces";
import type { About } from "../cause-about";
import { downAround, drainAround } from "../node-state";
import { type Case, type Finding, passedOn, presentedEvidence } from "./case";

/** What is to be known of this cause outside its judging. */
export const about = {
  cause: "websocket-upgrade",
  class: "routing",
  rank: 80,
  title: "Upgrades leave the session's node",
  step: "Route upgrade requests by the sessions' own rule",
  provedBy: [["upgrade"]],
  ink: { dark: "#70b3c8", light: "#478b9f" },
} as const satisfies About;

/**
 * An upgrade request (status 101, ALB's `ws` and `wss`) did not follow the
 * session's binding: clients open WebSockets without the page's cookies, and
 * balancers send them by another rule (HAProxy's `use-server`, flag `U`).
 */
export function judge(of: Case): Finding | null {
  const { request, previous, context } = of;
  const isUpgrade = request.upgrade === true || request.status === 101;
  if (!isUpgrade) return null;
  if (of.presented === "valid" || of.presented === "down" || passedOn(of) !== null) return null;
  const out =
    downAround(context.changes, of.from, request.startedAt, request.lb) !== null ||
    drainAround(context.changes, of.from, request.startedAt, request.lb) !== null;
  const drops = neverSendsCookies(of);
  const isFirst = of.before.every((r) => r.upgrade !== true && r.status !== 101);
  return {
    confidence:
      out || drops ? 0.5 : of.rule.method === "none" ? 0.6 : of.presented === null ? 0.85 : 0.95,
    evidence: [
      {
        field: "upgrade",
        value: String(request.status ?? true),
        meaning: `${isFirst ? "the session's first upgrade" : "an upgrade"} went to ${of.to}, while the session was on ${of.from}`,
      },
      ...presentedEvidence(of),
    ],
    against: [
      ...(out
        ? [
            {
              field: "node",
              value: previous.node ?? "",
              meaning: "the node left was not in service",
            },
          ]
        : []),
      ...(drops
        ? [
            {
              field: "session.requests",
              value: "no cookie",
              meaning: "this client sends the persistence cookie with its other requests neither",
            },
          ]
        : []),
    ],
  };
}

/** The client had been given the cookie, and sends it with no request, upgrade or not. */
function neverSendsCookies(of: Case): boolean {
  if (of.presented !== "none" || of.boundBy === null) return false;
  // The session's first request could not have sent it.
  const later = [...of.before, ...of.after].slice(1).filter((r) => r.upgrade !== true);
  const sends = later.some((r) => r.presented !== null || /[VUEOID]/.test(presentedFlag(r) ?? ""));
  return later.length > 0 && !sends;
}
