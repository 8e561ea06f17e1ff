import type { About } from "../cause-about";
import type { Evidence } from "../evidence";
import { downAround } from "../node-state";
import {
  afterwards,
  type Case,
  changeEvidence,
  type Finding,
  passedOn,
  servedSoonAfter,
} from "./case";

/** What is to be known of this cause outside its judging. */
export const about = {
  cause: "retry",
  class: "infrastructure",
  rank: 40,
  title: "Requests are retried on other nodes",
  step: "Find out why first attempts fail, and retry on the same node first",
  provedBy: [["attempts"], ["retries"]],
  ink: { dark: "#ab9070", light: "#85653d" },
} as const satisfies About;

const NOTICED_WITHIN_MS = 15_000;

/**
 * The same request tried the old node first and was passed on to the next:
 * NGINX's attempt list (`proxy_next_upstream`), HAProxy's redispatch, Envoy's
 * attempt count, Traefik's RetryAttempts. A retry is a passing failure of a node
 * that is in service; where the node proves to be down it is a failover.
 */
export function judge(of: Case): Finding | null {
  const passed = passedOn(of);
  if (passed === null) return backFromRetry(of);
  const { context, request } = of;
  const evidence: Evidence[] = [passed.evidence];
  const against: Evidence[] = [];
  // Envoy and Traefik count retries without saying where they went first.
  let confidence = !passed.listed && request.redispatched === null ? 0.5 : 0.56;
  const answered = passed.status !== null && passed.status !== 502 && passed.status !== 504;
  const next = afterwards(of, passed.tried);
  const alive = servedSoonAfter(of, passed.tried);
  if (answered) {
    confidence = 0.88;
    evidence.push({
      field: "attempts.status",
      value: String(passed.status),
      meaning: `${passed.tried} was up and answered, with an error that is passed on`,
    });
  } else if (next === "back") {
    confidence = 0.85;
    evidence.push({
      field: "next.node",
      value: passed.tried,
      meaning: "the next request was served by the old node again: it had failed once",
    });
  } else if (alive !== null) {
    confidence = 0.82;
    evidence.push(alive);
  } else if (next === "away") {
    against.push({
      field: "next.node",
      value: of.after[0]?.node ?? "",
      meaning: `the next request kept away from ${passed.tried}`,
    });
  }
  const down = downAround(
    context.changes,
    passed.tried,
    request.startedAt,
    request.lb,
    NOTICED_WITHIN_MS,
  );
  if (down !== null && !answered) {
    confidence = 0.5;
    against.push(changeEvidence(down.change, of, `${passed.tried} was down`));
  }
  if (passed.tried !== of.from) confidence = Math.min(confidence, 0.7);
  return { confidence, evidence, against };
}

/**
 * The request before was sent to this node first and passed on; the rule, which
 * is by hash or address, sends the session where it always would have gone. No
 * bounce led away, where that was the session's first request.
 */
function backFromRetry(of: Case): Finding | null {
  const { context, previous } = of;
  if (of.rule.method === "cookie" || of.presented !== null) return null;
  const first = previous.attempts.slice(0, -1).find(({ node }) => node === of.to);
  if (first === undefined) return null;
  const down = downAround(
    context.changes,
    of.to,
    previous.startedAt,
    previous.lb,
    NOTICED_WITHIN_MS,
  );
  if (down !== null) return null;
  return {
    confidence: 0.85,
    evidence: [
      {
        field: "previous.attempts",
        value: previous.attempts.map((a) => `${a.node} ${a.status ?? "-"}`).join(", "),
        meaning: `${of.to} was tried first by the request before, and served this one: it had failed once`,
      },
    ],
  };
}
