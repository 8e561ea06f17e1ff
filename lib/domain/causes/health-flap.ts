import type { About } from "../cause-about";
import { downAround, flappingAround } from "../node-state";
import {
  type Case,
  changeEvidence,
  chosenByCookie,
  type Finding,
  passedOn,
  presentedEvidence,
  weakenedWithoutAffinity,
} from "./case";

/** What is to be known of this cause outside its judging. */
export const about = {
  cause: "health-flap",
  class: "infrastructure",
  rank: 30,
  title: "A node's health flaps",
  step: "Steady the health checks: more failures before a node counts as down",
  provedBy: [["nodeStates"]],
  ink: { dark: "#ffcdb0", light: "#c6835a" },
} as const satisfies About;

/** Two falls within this time are one trouble, even where the second recovery is not seen. */
const FAST_MS = 60_000;
const NOTICED_WITHIN_MS = 15_000;

/**
 * The node left went down and came back repeatedly around the bounce: HAProxy's
 * `Server … is DOWN` and `… is UP` lines, ALB's alternating health, Envoy's
 * ejections and their ends. The bounce itself must be one that the node's being
 * down explains.
 */
export function judge(of: Case): Finding | null {
  const passed = passedOn(of);
  if (of.presented === "invalid" || (chosenByCookie(of) && passed === null)) return null;
  const { context, request } = of;
  const left = passed?.tried ?? of.from;
  const noticed = passed !== null || of.presented === "down";
  const flapping = flappingAround(context.changes, left, request.startedAt, request.lb);
  if (flapping === null) return null;
  const down = downAround(
    context.changes,
    left,
    request.startedAt,
    request.lb,
    noticed ? NOTICED_WITHIN_MS : undefined,
  );
  if (down === null && !noticed) return null;
  const [first, second] = flapping.downs;
  if (first === undefined || second === undefined) return null;
  const cycles = Math.min(flapping.downs.length, flapping.ups.length);
  const isFast = second.at - first.at <= FAST_MS;
  const confidence = cycles >= 2 || isFast ? 0.96 : 0.6;
  return {
    confidence: weakenedWithoutAffinity(of, confidence),
    evidence: [
      {
        field: "changes",
        value: `${flapping.downs.length} × down, ${flapping.ups.length} × up`,
        meaning: `${left} went down and came back again and again within 5 min of the bounce`,
      },
      ...(down === null ? [] : [changeEvidence(down.change, of, `${left} was down`)]),
      ...presentedEvidence(of),
      ...(passed === null ? [] : [passed.evidence]),
    ],
  };
}
