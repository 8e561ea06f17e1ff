import { type Bounce, presentedFlag, wasPassedOn } from "../bounces";
import type { Evidence } from "../evidence";
import type { AffinityMethod } from "../facts";
import { type HistoryRequest, overlaps } from "../history";
import type { AffinityFound, PoolContext } from "../pool-context";
import { type Case, carries, flagEvidence, leavesBound, type Presented, type Rule } from "./case";

/** What is needed beside the bounce to make its case. */
export interface Surroundings {
  session: string;
  /** The session's served requests, in order. */
  served: readonly HistoryRequest[];
  context: PoolContext;
  intendedOf: (request: HistoryRequest) => string | null;
}

/** A bounce with all that bears on its cause. */
export function caseOf(bounce: Bounce, surroundings: Surroundings): Case {
  const { served, context, intendedOf } = surroundings;
  const index = served.findIndex((r) => r.id === bounce.request.id);
  const before = served.slice(0, index);
  return {
    session: surroundings.session,
    bounce,
    previous: bounce.previous,
    request: bounce.request,
    from: bounce.from,
    to: bounce.to,
    before,
    after: served.slice(index + 1),
    context,
    intendedOf,
    rule: ruleAt(bounce.request, surroundings),
    presented: presentedAt(bounce.request, surroundings),
    boundBy:
      before.findLast(
        (r) => !overlaps(r, bounce.request) && leavesBound({ context }, r) === true,
      ) ?? null,
  };
}

const flagMeans: Record<string, Presented> = {
  N: "none",
  I: "invalid",
  D: "down",
  V: "valid",
  E: "expired",
  O: "expired",
  U: "unused",
};

/**
 * What became of the persistence cookie that a request's client sent. HAProxy
 * says so itself; elsewhere the node that the cookie names is compared with the
 * node reached. Null where the rule is not by cookie or the log does not tell.
 */
export function presentedAt(request: HistoryRequest, surroundings: Surroundings): Presented | null {
  const flag = presentedFlag(request);
  // A cookie that was valid until its server failed is marked down by HAProxy itself.
  if (flag !== null && flag !== "-") return flagMeans[flag] ?? null;
  if (/TGCookieInvalid/.test(request.termination ?? "")) return "invalid";
  const rule = ruleAt(request, surroundings);
  if (rule.method !== "cookie") return null;
  if (request.presented !== null && request.presented !== "") {
    const named = surroundings.intendedOf(request);
    if (named === request.node) return "valid";
    if (named !== null) return wasPassedOn(request) ? "down" : "ignored";
    return isReadable(request.lb, surroundings) ? "invalid" : null;
  }
  return tellsPresented(request.lb, surroundings) ? "none" : null;
}

/** Whether persistence values can be read at a balancer at all, so that one that names nothing is wrong. */
function isReadable(lb: string, { served, context, intendedOf }: Surroundings): boolean {
  if ((context.bindings.get(lb)?.size ?? 0) > 0) return true;
  return served.some((r) => r.lb === lb && r.presented !== null && intendedOf(r) === r.node);
}

/** Whether a log carries the cookie that clients send: it is known to, or has shown one. */
function tellsPresented(lb: string, { served, context }: Surroundings): boolean {
  if (carries({ context }, lb, "presented")) return true;
  return served.some((r) => r.lb === lb && r.presented !== null);
}

/**
 * The affinity rule at work at a request: what HAProxy's flags say, what the
 * traffic of the balancer showed, what was declared, in this order.
 */
export function ruleAt(request: HistoryRequest, { served, context }: Surroundings): Rule {
  const flag = presentedFlag(request);
  const flags = flagEvidence(request);
  if (flag !== null && flag !== "-" && flags !== null)
    return { method: "cookie", confidence: 0.97, evidence: [] };
  const found = context.found.find((f) => f.lb === request.lb) ?? onlyOne(context.found);
  const sure = found !== undefined && found.confidence >= 0.5;
  // HAProxy's dashes contradict a cookie that was only declared.
  const declared = flag === "-" && context.declared?.method === "cookie" ? null : context.declared;
  const unset =
    found?.method === "none" && declared?.method === "cookie" && showsNoCookie(found, context);
  if (sure && !unset)
    return { method: found.method, confidence: found.confidence, evidence: foundEvidence(found) };
  if (declared !== null)
    return {
      method: declared.method,
      confidence: 0.75,
      evidence: [
        {
          field: "affinity.declared",
          value: declared.cookie ? `${declared.method} ${declared.cookie}` : declared.method,
          meaning: "the affinity that was declared for the source",
        },
      ],
    };
  if (served.some((r) => r.lb === request.lb && (r.presented !== null || r.inserted !== null)))
    return { method: "cookie", confidence: 0.8, evidence: [] };
  return { method: null, confidence: 0, evidence: [] };
}

/** A declared cookie that the log was able to show, and never did, was not set: that is another finding than none. */
function showsNoCookie(found: AffinityFound, context: PoolContext): boolean {
  if (found.setShare !== null) return found.setShare === 0;
  return carries({ context }, found.lb, "presented") && carries({ context }, found.lb, "inserted");
}

function onlyOne(found: readonly AffinityFound[]): AffinityFound | undefined {
  const methods = new Set<AffinityMethod>(found.map((f) => f.method));
  const [first] = found;
  return methods.size === 1 && first !== undefined
    ? { ...first, confidence: first.confidence * 0.8 }
    : undefined;
}

const methodWords: Record<AffinityMethod, string> = {
  cookie: "sessions are bound by a cookie",
  "source-ip": "sessions are bound by the client's address",
  header: "sessions are bound by a header",
  hash: "sessions are bound by a hash of their key",
  none: "sessions change nodes as if nothing bound them",
};

function foundEvidence(found: AffinityFound): Evidence[] {
  return [
    {
      field: "affinity.found",
      value: found.method,
      meaning: `${methodWords[found.method]} at ${found.lb}, as ${found.sessions} sessions show`,
    },
  ];
}
