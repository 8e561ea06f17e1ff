import type { Cause, CauseClass } from "../causes";
import type { ChangeKind, EpochMs } from "../facts";
import type { RepeatMark } from "./grid";

/** Bounces of one kind in one step. */
export interface BounceCount {
  at: EpochMs;
  lb: string;
  from: string;
  to: string;
  cause: Cause;
  /** Back to the node that its binding names, after a move away from it. */
  isReturn: boolean;
  /** The session's first of this class for a while: it is newly affected. */
  isFresh: boolean;
  n: number;
}

/** To what a loss is laid: the class of the bounce that took the session there, or the store, or the client. */
export type Subject = CauseClass | "storage";

export interface LossCount {
  at: EpochMs;
  node: string;
  lb: string;
  /** The cause of the session's bounce just before, where there was one. */
  cause: Cause | null;
  /** The node that the bounce left. */
  from: string | null;
  lostTo: "routing" | "storage" | "client" | null;
  n: number;
}

export interface LoadCount {
  minute: EpochMs;
  lb: string;
  node: string;
  requests: number;
}

/** Sessions that began on a node in one step, and how many clients began them. */
export interface StartCount {
  at: EpochMs;
  node: string;
  sessions: number;
  clients: number;
}

/** A mark on the times of a pool, as far as planning goes. */
export interface PlanMark {
  at: EpochMs;
  kind: ChangeKind;
  node: string | null;
}

/** What rules look at in one pool, over one time. */
export interface PoolFacts {
  pool: string;
  from: EpochMs;
  /** The pool's log time: how far its lines reach. */
  clock: EpochMs;
  bounces: readonly BounceCount[];
  losses: readonly LossCount[];
  load: readonly LoadCount[];
  /** Where sessions began; read only where a rule asks for it. */
  starts: readonly StartCount[];
  /** Sessions with bounces that went back and forth, by minute. */
  pingPong: readonly (RepeatMark & { cause: Cause })[];
  changes: readonly PlanMark[];
}

/** What the continuity rate is reckoned from, by minute; sessions of at least two requests. */
export interface ContinuityFacts {
  pool: string;
  from: EpochMs;
  clock: EpochMs;
  /** Sessions with an unexplained bounce or a loss. */
  affected: readonly RepeatMark[];
  /** Sessions that run at `from`. */
  runningBefore: number;
  /** Sessions that begin, and that end, in a minute. */
  begun: readonly { at: EpochMs; n: number }[];
  ended: readonly { at: EpochMs; n: number }[];
}

/** What a source sent in a minute of our own clock. */
export interface DeliveryCount {
  minute: EpochMs;
  accepted: number;
  rejected: number;
  lastAt: EpochMs;
}

/** What a source's lines brought to a step of 15 s of log time. */
export interface SourceStepCount {
  /** Where the step begins. */
  at: EpochMs;
  lines: number;
  rejected: number;
  /** The first and the last line that was read; null: none was. */
  firstAt: EpochMs | null;
  lastAt: EpochMs | null;
  /** How far the other sources had come when a delivery ended here. */
  othersAt: EpochMs | null;
  /** How far they had come since the delivery before, ms. */
  othersBy: number;
  /** How far back a delivery reached behind what had come before it, ms. */
  behindBy: number;
}
