import type { EpochMs } from "@/lib/domain/facts";
import { Inflow } from "./inflow";

/**
 * Facts of a delivery whose answer tells also that its sessions' rows are up to date, and their bounces found. That of a
 * larger one, or of one in a stream, tells that it is on disk: the rest follows while the next comes, for many deliveries
 * at once.
 */
export const mostAwaited = 10_000;
/** A delivery that begins later than this after the last one was answered does not follow on it. */
const lullMs = 150;

interface StreamOptions {
  now: () => EpochMs;
  onBegin?: (() => void) | undefined;
  onEnd: () => void;
}

/** Tells whether a large delivery has just come, or others follow one another so fast that they are written as one. */
export class DeliveryStream {
  /** Whether it has, or they do. */
  isOn = false;
  /** Deliveries that are coming in just now. */
  open = 0;
  private readonly inflow: Inflow;
  private answeredAt: EpochMs = Number.NEGATIVE_INFINITY;
  private lull: NodeJS.Timeout | undefined;

  constructor(private readonly options: StreamOptions) {
    this.inflow = new Inflow(options.now);
  }

  /** Says that a delivery begins. */
  begin(): void {
    this.look();
    this.open += 1;
  }

  /** Says that a delivery of so many facts has ended. */
  end(facts: number): void {
    this.open -= 1;
    this.look(facts > mostAwaited);
    this.inflow.add(facts);
    this.answered();
  }

  /** Says that a delivery was answered just now: some time after its end, where the answer waited for more. */
  answered(): void {
    this.answeredAt = this.options.now();
  }

  /** Says that no more will come. */
  close(): void {
    if (this.isOn && this.open === 0) this.over();
  }

  private look(isLarge = false): void {
    const follows = this.open > 0 || this.options.now() - this.answeredAt < lullMs;
    const begins = !this.isOn && (isLarge || (follows && this.inflow.isStream));
    this.isOn ||= begins;
    if (this.isOn) this.awaitLull();
    if (begins) this.options.onBegin?.();
  }

  private awaitLull(): void {
    clearTimeout(this.lull);
    this.lull = setTimeout(() => {
      if (this.open > 0 && this.inflow.isStream) this.awaitLull();
      else this.over();
    }, lullMs);
  }

  private over(): void {
    clearTimeout(this.lull);
    this.isOn = false;
    // Who sends the next one may wait for its bounces again.
    this.inflow.clear();
    this.options.onEnd();
  }
}
