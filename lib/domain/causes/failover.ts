import type { About } from "../cause-about";
import type { Evidence } from "../evidence";
import { downAround, drainAround } from "../node-state";
import {
  afterwards,
  type Case,
  carries,
  changeEvidence,
  chosenByCookie,
  type Finding,
  leftAlone,
  movesAround,
  passedOn,
  presentedEvidence,
  relativeTime,
  servedSoonAfter,
  weakenedWithoutAffinity,
} from "./case";
import { replacedBy } from "./drain";

/** What is to be known of this cause outside its judging. */
export const about = {
  cause: "failover",
  class: "infrastructure",
  rank: 10,
  title: "Sessions leave a failing node",
  step: "Find out why the node failed, and share sessions between nodes",
  provedBy: [["persistenceState"], ["attempts"], ["nodeStates"]],
  ink: { dark: "#ed9055", light: "#bd6526" },
} as const satisfies About;

/** Health checks need some rounds to see what a request has found out. */
const NOTICED_WITHIN_MS = 15_000;
/** A balancer that found a node failing keeps away from it for some time (NGINX's `fail_timeout`: 10 s). */
const KEEPS_AWAY_MS = 60_000;
/** A node that served nothing for this long, while others did, is gone. */
const GONE_MS = 30_000;
/** A node that had served again and again in a minute, and then nothing for so long, had stopped. */
const STOPPED_MS = 20_000;
const SERVED_BEFORE_MS = 60_000;
const SERVED_OFTEN = 3;

/**
 * The node left was down, refused, timed out or was redispatched away from.
 *
 * HAProxy: the third flag `D` (manual, section 8.5), also set when a valid
 * cookie's server failed and the request was redispatched; `+` retries (8.2.3);
 * the first flag `D`, killed as the server went down; the line `Server … is
 * DOWN`. NGINX: an attempt list with 502 (refused, closed) or 504 (timed out)
 * first. ALB and others: the health log, posted changes.
 */
export function judge(of: Case): Finding | null {
  const passed = passedOn(of);
  if (of.presented === "invalid" || (chosenByCookie(of) && passed === null)) return null;
  const evidence: Evidence[] = [];
  const against: Evidence[] = [];
  let confidence = 0;
  const say = (sureness: number, ...what: Evidence[]) => {
    confidence = Math.max(confidence, sureness);
    evidence.push(...what);
  };
  const { context, request, previous, from } = of;
  const left = passed?.tried ?? from;
  const noticed = passed !== null || of.presented === "down";

  const down = downAround(
    context.changes,
    left,
    request.startedAt,
    request.lb,
    noticed ? NOTICED_WITHIN_MS : undefined,
  );
  if (down !== null) say(noticed ? 0.95 : 0.9, changeEvidence(down.change, of, `${left} was down`));
  // HAProxy calls a cookie's server down too when only this request could not be had by it.
  if (of.presented === "down")
    say(passed !== null ? 0.35 : tellsStates(of) ? 0.72 : 0.58, ...presentedEvidence(of));
  if (passed !== null) {
    const [sureness, more] = sureOfFailure(of, passed.tried, passed.status, passed.listed);
    say(sureness, passed.evidence, ...more);
  }
  if (/^D.../.test(previous.termination ?? "") && previous.persistenceState !== null)
    say(0.85, {
      field: "previous.termination",
      value: previous.termination ?? "",
      meaning: `the request before was cut off as ${from} was seen to go down`,
    });
  if (of.presented === "ignored")
    say(0.62, ...presentedEvidence(of), {
      field: "intendedNode",
      value: of.intendedOf(request) ?? "",
      meaning: "the node that the cookie names was not used; most likely it was not available",
    });
  if (confidence < 0.7 && failedOn(of)) {
    say(0.6, {
      field: "previous.status",
      value: String(previous.status ?? previous.termination),
      meaning: `the request before failed on ${from}`,
    });
  }
  const failed = passed === null ? failedForOthers(of) : null;
  if (failed !== null)
    say(0.9, {
      field: "attempts",
      value: from,
      meaning: `another request was passed on from ${from} ${relativeTime(failed, request.startedAt)}, and it served none since`,
    });
  if (confidence < 0.8 && passed === null) {
    const around = movesAround(of, 10_000);
    const exodus = around.from.get(from) ?? 0;
    if (exodus >= 3 && exodus >= 0.9 * around.sessions)
      say(0.7, {
        field: "moves",
        value: String(exodus),
        meaning: `other sessions left ${from} within 10 s, and hardly any left another node`,
      });
    else if (leftAlone(of) && stopped(of))
      say(0.66, {
        field: "node",
        value: from,
        meaning: "served nothing for a while then, and only its sessions moved",
      });
    if (isGone(of))
      say(0.62, {
        field: "node",
        value: from,
        meaning: "served nothing from then on, while other nodes did",
      });
  }
  if (confidence === 0) return null;
  const planned =
    drainAround(context.changes, left, request.startedAt, request.lb) ?? replacedBy(of, left);
  if (planned !== null) {
    confidence = Math.min(confidence, 0.5);
    against.push(changeEvidence(planned, of, `${left} had been taken out on purpose`));
  }
  return { confidence: weakenedWithoutAffinity(of, confidence), evidence, against };
}

/** A log with state lines would have told of maintenance; without any, down, drained and flapping look the same. */
function tellsStates(of: Case): boolean {
  return carries(of, of.request.lb, "nodeStates");
}

function sureOfFailure(
  of: Case,
  tried: string,
  status: number | null,
  listed: boolean,
): [number, Evidence[]] {
  const answered = status !== null && status !== 502 && status !== 504;
  if (answered || servedSoonAfter(of, tried) !== null) return [0.35, []];
  switch (afterwards(of, tried)) {
    case "back":
      return [0.4, []];
    case "away":
      return [
        0.76,
        [
          {
            field: "next.node",
            value: of.after[0]?.node ?? "",
            meaning: `the next request kept away from ${tried}`,
          },
        ],
      ];
    default:
      return [listed ? 0.54 : 0.58, []];
  }
}

/** The node left answered the request before with a gateway's error, or HAProxy lost it (`S`, `s` first). */
function failedOn(of: Case): boolean {
  const { previous } = of;
  if (previous.termination !== null && /^[Ss][CHD]/.test(previous.termination)) return true;
  const gateway = previous.status === 502 || previous.status === 503 || previous.status === 504;
  return gateway && (previous.backendStatus === null || previous.backendStatus === previous.status);
}

/**
 * When another request had last found the node left to fail, since when the
 * node served none: whoever comes then is sent elsewhere without an attempt
 * (NGINX's `max_fails`, ngx_http_upstream_module).
 */
function failedForOthers(of: Case): number | null {
  const at = of.request.startedAt;
  const last = of.context.failed.get(of.from)?.findLast((time) => time <= at);
  if (last === undefined || at - last > KEEPS_AWAY_MS || last < of.previous.startedAt) return null;
  const servedSince = of.context.served.get(of.from)?.some((time) => time > last && time <= at);
  return servedSince ? null : last;
}

/** The node left had served often, and served none of the requests that were looked at for a while after. */
function stopped(of: Case): boolean {
  const at = of.request.startedAt;
  const times = of.context.served.get(of.from) ?? [];
  const before = times.filter((time) => time <= at && time > at - SERVED_BEFORE_MS);
  const next = times.find((time) => time > at);
  return before.length >= SERVED_OFTEN && (next === undefined || next - at > STOPPED_MS);
}

function isGone(of: Case): boolean {
  const { spans } = of.context;
  const at = of.request.startedAt;
  const own = spans.filter((span) => span.node === of.from);
  return (
    own.length > 0 &&
    own.every((span) => span.lastSeen <= at) &&
    spans.some((span) => span.node !== of.from && span.lastSeen >= at + GONE_MS)
  );
}
