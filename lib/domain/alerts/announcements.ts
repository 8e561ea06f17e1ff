import type { EpochMs } from "../facts";
import type { AlertState } from "./reconcile";
import type { Severity } from "./rule";

export type Word = "firing" | "acknowledged" | "resolved";

/** What was last said of an alert to the channels. */
export type Announced = "nothing" | Word;

/** What somebody sees: what the facts say, and what people did about it. */
export type ShownState = AlertState | "acknowledged" | "silenced";

export interface Silence {
  from: EpochMs;
  until: EpochMs;
  /** What is given must match; nothing given matches all. */
  pool: string | null;
  subject: string | null;
  rule: string | null;
  severity: Severity | null;
}

export interface Announceable {
  state: AlertState;
  pool: string | null;
  subject: string;
  severity: Severity;
  ruleIds: readonly string[];
  acknowledged: boolean;
  endedAt: EpochMs | null;
  announced: Announced;
}

export function isSilenced(
  alert: Pick<Announceable, "pool" | "subject" | "severity" | "ruleIds">,
  silences: readonly Silence[],
  now: EpochMs,
): boolean {
  return silences.some(
    (silence) =>
      now >= silence.from &&
      now < silence.until &&
      (silence.pool === null || silence.pool === alert.pool) &&
      (silence.subject === null || silence.subject === alert.subject) &&
      (silence.severity === null || silence.severity === alert.severity) &&
      (silence.rule === null || alert.ruleIds.every((rule) => rule === silence.rule)),
  );
}

export function shownState(
  alert: Pick<Announceable, "state" | "acknowledged">,
  silenced: boolean,
): ShownState {
  if (alert.state === "resolved" || alert.state === "pending") return alert.state;
  if (silenced) return "silenced";
  return alert.acknowledged ? "acknowledged" : "firing";
}

/** An incident that was over this long before anybody knew of it is history, not news. */
const newsMs = 24 * 3_600_000;

/**
 * What the channels have not yet heard, in order; empty when they know. What
 * is silenced is not told; when the silence ends and it still goes on, it is.
 */
export function unsaid(alert: Announceable, silenced: boolean, now: EpochMs): Word[] {
  const { state, announced, acknowledged, endedAt } = alert;
  const told = announced === "firing" || announced === "acknowledged";
  if (state === "pending") return [];
  if (state === "resolved") {
    if (told) return ["resolved"];
    if (announced === "resolved" || silenced || acknowledged) return [];
    return endedAt !== null && now - endedAt < newsMs ? ["firing", "resolved"] : [];
  }
  if (silenced) return [];
  if (!told) return acknowledged ? [] : ["firing"];
  return acknowledged && announced === "firing" ? ["acknowledged"] : [];
}
