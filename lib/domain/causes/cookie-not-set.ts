import { presentedFlag, responseFlag } from "../bounces";
import type { About } from "../cause-about";
import { overlaps } from "../history";
import { type Case, type Finding, flagEvidence, presentedEvidence, responseSets } from "./case";

/** What is to be known of this cause outside its judging. */
export const about = {
  cause: "cookie-not-set",
  class: "routing",
  rank: 90,
  title: "The persistence cookie is not set",
  step: "Set the persistence cookie in the first response of every session",
  provedBy: [["persistenceState"], ["presented", "inserted"]],
  ink: { dark: "#947dc6", light: "#664e93" },
} as const satisfies About;

/**
 * The balancer never set (or something stripped) the persistence cookie in its
 * response. HAProxy: fourth flag `N` after third flag `N` (manual, section 8.5),
 * as with `postonly`, or `rewrite`/`prefix` when the app sets no cookie; NGINX
 * and others: no Set-Cookie left (`$sent_http_set_cookie`).
 */
export function judge(of: Case): Finding | null {
  if (of.presented !== "none" || of.boundBy !== null) return null;
  const answered = of.before.filter((r) => !overlaps(r, of.request));
  const unset = answered.filter((r) => responseSets(of, r) === false);
  const last = unset.at(-1);
  if (last === undefined) {
    const overlapped = of.before.find((r) => responseSets(of, r) === false);
    if (overlapped === undefined) return null;
    return { confidence: 0.55, evidence: presentedEvidence(of) };
  }
  const deleted = responseFlag(last) === "D";
  const before = flagEvidence(last, "previous.");
  return {
    confidence: presentedFlag(of.request) === "N" ? 0.93 : 0.86,
    evidence: [
      ...(before === null
        ? [
            {
              field: "previous.persistence.inserted",
              value: "-",
              meaning: "the response before set no persistence cookie",
            },
          ]
        : [before]),
      {
        field: "session.responses",
        value: `${unset.length} of ${answered.length}`,
        meaning: deleted
          ? "earlier responses had their persistence cookie deleted by the balancer"
          : "earlier responses set no persistence cookie, though the client had sent none",
      },
      ...presentedEvidence(of),
    ],
  };
}
