import type { EpochMs } from "../facts";
import { minuteMs } from "./grid";

/** What a few events told of a clock is true no longer than this, unless they tell it again. */
const keptMs = 10 * minuteMs;

/** How far a node's app clock is off. */
export interface NodeOffset {
  pool: string;
  node: string;
  offsetMs: number;
}

/**
 * What the last minute told of nodes' clocks. A node that is asked little tells
 * something in one minute and nothing in the next: its clock is off until it is
 * seen to be right again, or until nothing has been told for long.
 */
export class ClockJumps {
  private readonly told = new Map<string, NodeOffset & { at: EpochMs }>();

  hear(offset: NodeOffset, at: EpochMs): void {
    this.told.set(`${offset.pool} ${offset.node}`, { ...offset, at });
  }

  /** What still counts. */
  known(now: EpochMs): NodeOffset[] {
    for (const [key, { at }] of this.told) if (now - at > keptMs) this.told.delete(key);
    return [...this.told.values()];
  }
}
