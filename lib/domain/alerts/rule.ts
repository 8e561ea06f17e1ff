import type { Cause } from "../causes";
import { settleMs } from "./comebacks";
import { leadInMs } from "./usual";

/** What a rule looks at, and from where on it is too much. */
export type Condition =
  /** Bounces of any class a minute, over the window. */
  | {
      kind: "bounce-rate";
      abovePerMinute: number;
      windowSeconds: number;
      /** Of the requests, 0 to 1. */
      aboveShare?: number | undefined;
      /** It begins only when so many sessions are newly affected within a minute or five, and more than chance makes of the usual. */
      minSessions?: number | undefined;
    }
  /** Bounces that no state of a node explains: so many a minute, and so large a share of the requests. */
  | {
      kind: "unexplained-bounces";
      abovePerMinute: number;
      aboveShare: number;
      windowSeconds: number;
      minSessions?: number | undefined;
    }
  /** Sessions that the app no longer knew, within the window. */
  | {
      kind: "lost-sessions";
      above: number;
      windowSeconds: number;
      minSessions?: number | undefined;
    }
  /** Sessions that went back and forth, within the window. */
  | { kind: "ping-pong"; above: number; windowSeconds: number; minSessions?: number | undefined }
  /** The error budget of the continuity rate burns this much too fast, in a long and in a short window at once. */
  | { kind: "continuity"; objective: number; windows: BurnWindow[] }
  /** The most loaded node over the mean of the nodes that serve. */
  | { kind: "imbalance"; aboveMaxOverMean: number; windowSeconds: number }
  /** A node gets so many times its usual share of the sessions that begin, or of the requests, and not by chance. */
  | { kind: "node-share"; aboveUsual: number }
  /** A node's app clock is off by more than this. */
  | { kind: "clock-offset"; aboveMs: number }
  /** A source that reported regularly has sent nothing for so long, and for three times its longest pause of the hour before. */
  | { kind: "silent"; afterSeconds: number }
  /** The share of a source's lines that could not be read, and at least so many lines. */
  | { kind: "rejects"; aboveShare: number; minLines: number; windowSeconds: number };

export type ConditionKind = Condition["kind"];

/** The long window says that it matters, the short one that it still goes on (The Site Reliability Workbook, chapter 5). */
export interface BurnWindow {
  longMinutes: number;
  shortMinutes: number;
  /** How many times faster than the budget allows. */
  burnRate: number;
}

export type Severity = "critical" | "warning";

/** Where a rule applies; what is left out is any. */
export interface RuleScope {
  pool?: string | null | undefined;
  lb?: string | null | undefined;
  node?: string | null | undefined;
  cause?: Cause | null | undefined;
  source?: string | null | undefined;
}

export interface Rule {
  /** Its name in addresses and files: letters, digits, dashes. */
  id: string;
  name: string;
  enabled: boolean;
  severity: Severity;
  scope: RuleScope;
  condition: Condition;
  /** How long it must be too much before the alert fires. */
  forSeconds: number;
  /** With less traffic than this in the window nothing is concluded (sessions for continuity, else requests). */
  minTraffic: number;
  /** Hysteresis: it is over when the measure falls below this share of the threshold… */
  clearBelow: number;
  /** …for so long. */
  clearForSeconds: number;
  /** The channels told, by name; null: all. */
  channels: string[] | null;
}

const usual = {
  enabled: true,
  scope: {},
  clearBelow: 0.5,
  clearForSeconds: 120,
  channels: null,
} as const;

/** The workbook's two paging windows: 2 % of a month's budget in an hour, 5 % in six. */
export const pagingWindows: BurnWindow[] = [
  { longMinutes: 60, shortMinutes: 5, burnRate: 14.4 },
  { longMinutes: 360, shortMinutes: 30, burnRate: 6 },
];

/** The rules of a first start. */
export const firstRules: readonly Rule[] = [
  {
    ...usual,
    id: "unexplained-bounces",
    name: "More unexplained bounces than usual",
    severity: "critical",
    condition: {
      kind: "unexplained-bounces",
      abovePerMinute: 1.5,
      aboveShare: 0.0005,
      windowSeconds: 60,
      minSessions: 2,
    },
    forSeconds: 0,
    minTraffic: 5,
  },
  {
    ...usual,
    id: "lost-sessions",
    name: "More lost sessions than usual",
    severity: "critical",
    condition: { kind: "lost-sessions", above: 2, windowSeconds: 60, minSessions: 3 },
    forSeconds: 0,
    minTraffic: 0,
  },
  {
    ...usual,
    id: "bounce-rate",
    name: "More bounces than usual",
    severity: "warning",
    condition: {
      kind: "bounce-rate",
      abovePerMinute: 0.5,
      aboveShare: 0.0005,
      windowSeconds: 60,
      minSessions: 2,
    },
    forSeconds: 0,
    minTraffic: 5,
  },
  {
    ...usual,
    id: "continuity",
    name: "Continuity budget of 99.5% burns too fast",
    severity: "critical",
    condition: { kind: "continuity", objective: 0.995, windows: pagingWindows },
    forSeconds: 0,
    minTraffic: 100,
    // The windows themselves keep it from trembling.
    clearBelow: 1,
  },
  {
    ...usual,
    id: "ping-pong",
    name: "More than 5 ping-pong sessions in 5 minutes",
    severity: "warning",
    condition: { kind: "ping-pong", above: 5, windowSeconds: 300, minSessions: 5 },
    forSeconds: 0,
    minTraffic: 0,
  },
  {
    ...usual,
    id: "imbalance",
    name: "A node carries more than 1.8 times the mean",
    severity: "warning",
    condition: { kind: "imbalance", aboveMaxOverMean: 1.8, windowSeconds: 600 },
    forSeconds: 300,
    minTraffic: 1000,
    clearBelow: 0.9,
  },
  {
    ...usual,
    id: "node-share",
    name: "A node gets far more than its usual share",
    severity: "warning",
    condition: { kind: "node-share", aboveUsual: 1.5 },
    forSeconds: 0,
    minTraffic: 0,
  },
  {
    ...usual,
    id: "clock-offset",
    name: "A node's clock is off by more than 2 s",
    severity: "warning",
    condition: { kind: "clock-offset", aboveMs: 2000 },
    forSeconds: 0,
    minTraffic: 0,
  },
  {
    ...usual,
    id: "silent-source",
    name: "A source is silent for longer than it ever is",
    severity: "warning",
    condition: { kind: "silent", afterSeconds: 45 },
    forSeconds: 0,
    minTraffic: 0,
  },
  {
    ...usual,
    id: "rejects",
    name: "More than 20% of a source's lines rejected",
    severity: "warning",
    condition: { kind: "rejects", aboveShare: 0.2, minLines: 20, windowSeconds: 60 },
    forSeconds: 0,
    minTraffic: 0,
  },
];

/** How far back a measure reaches, ms. */
export function reachOf({ condition, forSeconds, clearForSeconds }: Rule): number {
  const around = (forSeconds + clearForSeconds) * 1000;
  switch (condition.kind) {
    case "continuity":
      return around + Math.max(...condition.windows.map(({ longMinutes }) => longMinutes)) * 60_000;
    case "clock-offset":
      return 0;
    case "imbalance":
      return around + condition.windowSeconds * 1000 + settleMs;
    case "node-share":
      return around + leadInMs;
    case "silent":
    case "rejects":
      return around;
    default:
      return around + condition.windowSeconds * 1000 + (condition.minSessions ? leadInMs : 0);
  }
}
