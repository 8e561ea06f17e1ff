import type { EpochMs } from "../facts";
import { gapOf, type Incident, isAboutSessions, meet, togetherMs } from "./incidents";

export type AlertState = "pending" | "firing" | "resolved";

/** An alert as it is kept, as far as the facts decide it. */
export interface KnownAlert {
  id: string;
  fingerprint: string;
  subject: string;
  state: AlertState;
  since: EpochMs;
  firedAt: EpochMs | null;
  endedAt: EpochMs | null;
  /** Somebody closed it; the facts do not open it again. */
  closedByHand: boolean;
  ruleIds: readonly string[];
}

/** What has to be done so that the alerts are what the facts say. */
export type Step =
  | { kind: "open"; incident: Incident }
  | { kind: "fire"; id: string; incident: Incident; again: boolean }
  | { kind: "keep"; id: string; incident: Incident }
  | { kind: "end"; id: string; endedAt: EpochMs; incident: Incident | null; why: EndReason }
  | { kind: "correct"; id: string; incident: Incident | null; note: string }
  /** Somebody closed it while it went on: it stays closed until it is over. */
  | { kind: "hold"; id: string; until: EpochMs }
  | { kind: "drop"; id: string };

export type EndReason = "recovered" | "no-traffic" | "rule-gone";

export interface Looked {
  /** From here on the measures are whole: earlier ones lack what was before. */
  reliableFrom: EpochMs;
  clock: EpochMs;
  /** The rules at work. */
  ruleIds: ReadonlySet<string>;
  /** Measures without a past (a clock offset): what is not found is simply over. */
  withoutPast: boolean;
}

/**
 * What makes an incident that of an alert, the surest first. Lines that come
 * later may show another cause, of the same class or another: it stays the same alert.
 */
const likenesses: ((alert: KnownAlert, incident: Incident) => boolean)[] = [
  (alert, incident) =>
    incident.fingerprint === alert.fingerprint && meet(alert, incident, gapOf(incident.subject)),
  (alert, incident) =>
    isAboutSessions(alert.subject) &&
    incident.subject === alert.subject &&
    meet(alert, incident, 0),
  (alert, incident) =>
    // Load that was found uneven first may turn out to be what a trouble of sessions does.
    (isAboutSessions(alert.subject) || alert.subject === "imbalance") &&
    isAboutSessions(incident.subject) &&
    Math.abs(incident.since - alert.since) <= togetherMs,
];

/** A shift of a beginning or an end by less is not worth a word. */
const worthMs = 60_000;

/** Brings what is kept of one pool together with what was found in it. */
export function reconcile(
  known: readonly KnownAlert[],
  found: readonly Incident[],
  looked: Looked,
): Step[] {
  const steps: Step[] = [];
  const taken = new Set<Incident>();
  // An open alert takes its incident before one that is long over.
  const sorted = [...known].sort(
    (a, b) => Number(a.state === "resolved") - Number(b.state === "resolved") || b.since - a.since,
  );
  const matches = new Map<KnownAlert, Incident>();
  for (const isSame of likenesses)
    for (const alert of sorted) {
      if (matches.has(alert)) continue;
      const match = found.find((incident) => !taken.has(incident) && isSame(alert, incident));
      if (!match) continue;
      taken.add(match);
      matches.set(alert, match);
    }
  for (const alert of sorted) steps.push(...matched(alert, matches.get(alert) ?? null, looked));
  for (const incident of found) {
    if (!taken.has(incident) && !isRemnant(incident, looked))
      steps.push({ kind: "open", incident });
  }
  return steps;
}

/**
 * What began before the measures are whole and is over tells nothing new: what
 * was before it is not seen, so it seems another than it was.
 */
function isRemnant(incident: Incident, { reliableFrom }: Looked): boolean {
  return incident.endedAt !== null && incident.since < reliableFrom - worthMs;
}

function matched(alert: KnownAlert, incident: Incident | null, looked: Looked): Step[] {
  if (incident === null) return missing(alert, looked);
  const { id } = alert;
  if (alert.closedByHand) {
    const until = incident.endedAt ?? looked.clock;
    return until > (alert.endedAt ?? 0) ? [{ kind: "hold", id, until }] : [];
  }
  if (incident.firedAt === null)
    return alert.state === "pending" ? [{ kind: "keep", id, incident }] : missing(alert, looked);
  switch (alert.state) {
    case "pending": {
      const steps: Step[] = [{ kind: "fire", id, incident, again: false }];
      if (incident.endedAt !== null)
        steps.push({ kind: "end", id, endedAt: incident.endedAt, incident, why: "recovered" });
      return steps;
    }
    case "firing":
      return incident.endedAt === null
        ? kept(alert, incident, looked)
        : [{ kind: "end", id, endedAt: incident.endedAt, incident, why: "recovered" }];
    case "resolved":
      if (incident.endedAt === null) return [{ kind: "fire", id, incident, again: true }];
      if (isRemnant(incident, looked)) return [];
      if (Math.abs(incident.endedAt - (alert.endedAt ?? 0)) > worthMs)
        return [{ kind: "correct", id, incident, note: "Late lines moved its end" }];
      return [];
  }
}

function kept(alert: KnownAlert, incident: Incident, { reliableFrom }: Looked): Step[] {
  const { id } = alert;
  const moved =
    incident.since > reliableFrom && alert.since > reliableFrom
      ? Math.abs(incident.since - alert.since)
      : 0;
  if (moved > worthMs)
    return [{ kind: "correct", id, incident, note: "Late lines moved its start" }];
  return [{ kind: "keep", id, incident }];
}

function missing(alert: KnownAlert, looked: Looked): Step[] {
  const { id } = alert;
  if (alert.state === "pending") return [{ kind: "drop", id }];
  const ruled = alert.ruleIds.some((rule) => looked.ruleIds.has(rule));
  if (alert.state === "firing" && !ruled)
    return [{ kind: "end", id, endedAt: looked.clock, incident: null, why: "rule-gone" }];
  // What it rests on was looked at again, whole, and is not there.
  const again = alert.since >= looked.reliableFrom && alert.since <= looked.clock;
  if (again && ruled && !looked.withoutPast && !alert.closedByHand) {
    const note = "Late lines showed that this did not happen";
    return [{ kind: "correct", id, incident: null, note }];
  }
  if (alert.state !== "firing") return [];
  const endedAt = looked.withoutPast
    ? looked.clock
    : Math.max(alert.since, Math.min(looked.reliableFrom, looked.clock));
  return [{ kind: "end", id, endedAt, incident: null, why: "recovered" }];
}
