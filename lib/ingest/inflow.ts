import type { EpochMs } from "@/lib/domain/facts";

/** How long what came is remembered: after so long about a third of it counts. */
const memoryMs = 1000;
/** Facts of the last moments that make a stream. */
const streamFrom = 10_000;
/** A delivery by itself takes as long as so many facts. */
const perDelivery = 100;
/** More than this is not remembered: the largest delivery is forgotten within a second and a half, too. */
const mostRemembered = 4 * streamFrom;

/** How much came in of late, over all senders. */
export class Inflow {
  private level = 0;
  private at: EpochMs = 0;

  constructor(private readonly now: () => EpochMs) {}

  /** Says that a delivery of so many facts came. */
  add(facts: number): void {
    this.level = Math.min(this.remembered() + facts + perDelivery, mostRemembered);
    this.at = this.now();
  }

  /** Whether so much came just now that more is likely to follow. */
  get isStream(): boolean {
    return this.remembered() > streamFrom;
  }

  clear(): void {
    this.level = 0;
  }

  private remembered(): number {
    return this.level * Math.exp(-Math.max(0, this.now() - this.at) / memoryMs);
  }
}
