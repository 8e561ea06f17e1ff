import type { About } from "../cause-about";
import type { Evidence } from "../evidence";
import { changesInOrder } from "../node-state";
import type { ChangeFact } from "../pool-context";
import {
  type Case,
  changeEvidence,
  type Finding,
  leftAlone,
  movesAround,
  passedOn,
  roams,
} from "./case";

/** What is to be known of this cause outside its judging. */
export const about = {
  cause: "pool-change",
  class: "routing",
  rank: 50,
  title: "Sessions were remapped",
  step: "Hash consistently, so that a change of the pool moves few sessions",
  provedBy: [["nodeStates"]],
  ink: { dark: "#afd1fc", light: "#6795cf" },
} as const satisfies About;

const BEFORE_MS = 5_000;
const AFTER_MS = 2_000;
/** Spans are known to the minute. */
const SPAN_MS = 60_000;

/**
 * A hash or address rule remapped because the set of nodes changed: NGINX
 * `hash` and `ip_hash` after a reload, HAProxy `balance source` or `hash` when a
 * server comes or goes, Envoy's weak session affinity. Shown by a change of
 * another node than the one left between the session's two requests, by nodes
 * that began or ceased to serve, and by many sessions moving at once.
 */
export function judge(of: Case): Finding | null {
  const { method } = of.rule;
  if (method === "cookie" || of.presented !== null || passedOn(of) !== null) return null;
  if (of.previous.lb !== of.request.lb) return null;
  if (method === "source-ip" && of.previous.client !== of.request.client) return null;

  const evidence: Evidence[] = [];
  let confidence = 0;
  const say = (sureness: number, what: Evidence) => {
    confidence = Math.max(confidence, sureness);
    evidence.push(what);
  };
  const change = nodeSetChange(of);
  // A deploy alone changes no set; where only one node's sessions move, it is that node.
  if (change !== null)
    say(
      change.kind === "deploy" && leftAlone(of) ? 0.5 : sureBy(change),
      changeEvidence(change, of, "the set of nodes changed"),
    );
  const node = nodeThatCameOrWent(of);
  if (node !== null)
    say(0.72, {
      field: "node",
      value: node.name,
      meaning: `${node.came ? "began" : "ceased"} to serve about then`,
    });
  const around = movesAround(of, 30_000);
  if (around.sessions >= 5 && around.from.size >= 2) {
    confidence = confidence === 0 ? 0.7 : Math.min(0.93, confidence + 0.05);
    evidence.push({
      field: "moves",
      value: String(around.sessions),
      meaning: `other sessions moved within 30 s, from ${around.from.size} nodes`,
    });
  }
  if (confidence === 0) return null;
  evidence.push(...of.rule.evidence);
  if (method === null) confidence -= 0.12;
  if (method === "none" || roams(of) !== null) confidence = Math.min(confidence, 0.5);
  return { confidence, evidence };
}

function sureBy(change: ChangeFact): number {
  if (change.kind === "scale" || change.kind === "config") return 0.88;
  return change.kind === "deploy" ? 0.72 : 0.86;
}

/** The last change to the set of nodes, other than the loss of the node left, since the request before. */
function nodeSetChange(of: Case): ChangeFact | null {
  const since = of.previous.startedAt - BEFORE_MS;
  const until = of.request.startedAt + AFTER_MS;
  return (
    changesInOrder(of.context.changes).findLast((change) => {
      if (change.at < since || change.at > until) return false;
      if (change.lb !== null && change.lb !== of.request.lb) return false;
      if (change.kind === "other") return false;
      if (change.kind === "scale" || change.kind === "config") return true;
      if (change.kind === "deploy") return change.node === null;
      return change.node !== null && change.node !== of.from;
    }) ?? null
  );
}

/** A node that was first or last seen between the session's two requests; the edges of what was looked at do not count. */
function nodeThatCameOrWent(of: Case): { name: string; came: boolean } | null {
  const spans = of.context.spans.filter((span) => span.lb === of.request.lb);
  const start = Math.min(...spans.map((span) => span.firstSeen));
  const end = Math.max(...spans.map((span) => span.lastSeen));
  const between = (at: number) =>
    at >= of.previous.startedAt - SPAN_MS && at <= of.request.startedAt + SPAN_MS;
  for (const span of [...spans].sort((a, b) => (a.node < b.node ? -1 : 1))) {
    if (between(span.firstSeen) && span.firstSeen > start + SPAN_MS)
      return { name: span.node, came: true };
    if (between(span.lastSeen) && span.lastSeen < end - SPAN_MS && span.node !== of.from)
      return { name: span.node, came: false };
  }
  return null;
}
