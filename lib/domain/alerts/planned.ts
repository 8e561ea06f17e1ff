import { type Cause, classOf } from "../causes";
import type { EpochMs } from "../facts";
import { FLAP_WINDOW_MS } from "../node-state";
import { lastBy } from "./comebacks";
import { fitOf, type Judged } from "./culprit";
import { stepMs } from "./grid";
import type { PlanMark } from "./pool-facts";

/** How long a drain or maintenance is taken to last where no mark says that the node is back. */
const longestMs = 60 * 60_000;
/** Sessions come back, and hashes settle, a little after the node does. */
const afterMs = 2 * 60_000;
/** Marks carry whole seconds, and moves are counted by their step. */
const slackMs = 2_000 + stepMs;
/** How long the moves that a deploy brings go on. */
const deployMs = 10 * 60_000;
/** What a change sets off begins within this time… */
const effectMs = 2 * 60_000;
/** …and what the balancers do to each new session takes longer to show where these are few. */
const routingEffectMs = 5 * 60_000;
/** Kinds of change that bring something about more seldom than this make no news of it. */
const fitting = 0.5;

function isState(kind: PlanMark["kind"]): boolean {
  return kind === "node-down" || kind === "node-up";
}

interface Span {
  node: string | null;
  /** A node is taken out for a while. */
  takesOut: boolean;
  from: EpochMs;
  to: EpochMs;
}

/**
 * Times in which moves were meant to happen: a node that was drained or taken
 * out on purpose, a deploy or a change of scale. A node that went down is no plan.
 */
export class Plan {
  private readonly spans: Span[] = [];
  /** When a node's state changed, or was changed. */
  private readonly stateMarks: EpochMs[];
  /** What somebody changed. */
  private readonly deeds: PlanMark[];
  /** When which node went down that nobody had taken out, in order. */
  private readonly falls: { node: string; at: EpochMs }[];

  constructor(marks: readonly PlanMark[]) {
    const sorted = [...marks].sort((a, b) => a.at - b.at);
    this.deeds = sorted.filter(({ kind }) => !isState(kind));
    this.stateMarks = sorted.filter(({ kind }) => kind.startsWith("node-")).map(({ at }) => at);
    const down = sorted.filter(({ kind }) => kind === "node-down");
    sorted.forEach((mark, index) => {
      if (mark.kind === "node-drain" || mark.kind === "node-maintenance") {
        const back = sorted
          .slice(index + 1)
          .find((later) => later.kind === "node-up" && later.node === mark.node);
        this.spans.push({
          node: mark.node,
          takesOut: true,
          from: mark.at - slackMs,
          to: Math.min(back?.at ?? Number.POSITIVE_INFINITY, mark.at + longestMs) + afterMs,
        });
      } else if (mark.kind === "deploy" || mark.kind === "scale")
        this.spans.push({
          node: mark.node,
          takesOut: false,
          from: mark.at - slackMs,
          to: mark.at + deployMs,
        });
    });
    this.falls = down.flatMap(({ node, at }) =>
      node === null || this.holds(node, at) ? [] : [{ node, at }],
    );
  }

  /** Whether somebody changed something shortly before a time, of a kind that can bring this about. */
  changedBefore(at: EpochMs, cause: Cause | null, subject: Judged): boolean {
    const within = subject === "routing" || subject === "imbalance" ? routingEffectMs : effectMs;
    return this.deeds.some(
      (deed) =>
        at >= deed.at - slackMs &&
        at <= deed.at + within &&
        fitOf(cause, subject, deed.kind) >= fitting,
    );
  }

  /** Whether any node went down at all, not on purpose. */
  get hasFalls(): boolean {
    return this.falls.length > 0;
  }

  /** Whether a node went down within two minutes before a time, and not on purpose. */
  fellBefore(at: EpochMs): boolean {
    return this.falls.some((fall) => at >= fall.at - slackMs && at <= fall.at + effectMs);
  }

  /**
   * Until when one of these nodes fell again and again, of a time in which it did.
   * Null: it did so shortly before `clock`.
   */
  flappedUntil(nodes: ReadonlySet<string>, until: EpochMs, clock: EpochMs): EpochMs | null {
    let last = until;
    for (const { node, at } of this.falls)
      if (nodes.has(node) && at > last && at <= last + FLAP_WINDOW_MS) last = at;
    return last > until && clock < last + FLAP_WINDOW_MS ? null : last;
  }

  /** When a node last went down, was taken out or came back, as the marks say. */
  lastSetChange(at: EpochMs): EpochMs | null {
    return lastBy(this.stateMarks, at + slackMs);
  }

  /** Was any node out on purpose at that time, or just back? A hash moves others' sessions too, there and back. */
  remaps(at: EpochMs): boolean {
    return this.spans.some((span) => span.takesOut && at >= span.from && at <= span.to);
  }

  /** Whether anything was meant to happen at all. */
  get holdsAny(): boolean {
    return this.spans.length > 0;
  }

  /** Was the node taken out on purpose at that time? */
  holds(node: string, at: EpochMs): boolean {
    return this.spans.some(
      (span) => span.takesOut && span.node === node && at >= span.from && at <= span.to,
    );
  }

  /** Was the node whose sessions were lost taken out on purpose? A deploy excuses moves, no losses. */
  coversLoss({ at, cause, from }: { at: EpochMs; cause: Cause; from: string }): boolean {
    return classOf(cause) === "infrastructure" && this.holds(from, at);
  }

  /**
   * Was this move a part of the plan? A drained node's sessions move away, and
   * an address or hash rule moves others when the set of nodes changes. A
   * bounce whose cause is not the infrastructure's is never planned.
   */
  covers(bounce: { at: EpochMs; cause: Cause; from: string }): boolean {
    const { at, cause, from } = bounce;
    const infrastructure = classOf(cause) === "infrastructure";
    if (!infrastructure && cause !== "pool-change") return false;
    // A node that fails is not excused by a deploy of the whole pool.
    const whole = cause === "drain" || cause === "pool-change";
    return this.spans.some(
      (span) =>
        at >= span.from &&
        at <= span.to &&
        (span.takesOut
          ? span.node === from || (whole && (span.node === null || cause === "pool-change"))
          : // That requests fail, or a hash moves everybody, because nodes are replaced is no part of the plan.
            cause === "drain" && (span.node === null || span.node === from)),
    );
  }
}
