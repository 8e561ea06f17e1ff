import { stepMs } from "@/lib/domain/alerts/grid";
import type { EpochMs } from "@/lib/domain/facts";
import type { SourceStep } from "@/lib/store/write/source-steps";
import { type Batch, sizeOf } from "./batch";

/** How far a source has come. */
interface Course {
  /** The time of its last line. */
  reached: EpochMs;
  /** How far the others had come by then; null: there were none. */
  others: EpochMs | null;
  /** When it came, by our clock. */
  heardAt: EpochMs;
}

/** Lines that are further ahead of our clock than this have a wrong date: nothing is measured by them. */
const mostAheadMs = 24 * 3_600_000;
const mostMs = 2 ** 31 - 1;

/**
 * How far each source has come in log time, and how far the others had come
 * meanwhile. By it a source's silence and its unreadable lines have a time also
 * where a day is sent within minutes. What is known is this process's own.
 */
export class SourceProgress {
  private readonly courses = new Map<number, Course>();

  /** What some batches bring to the steps of their sources. */
  take(batches: readonly Batch[], now: EpochMs): SourceStep[] {
    const steps: SourceStep[] = [];
    for (const batch of batches)
      if (batch.source !== 0 && sizeOf(batch) > 0) steps.push(...this.takeBatch(batch, now));
    return merged(steps);
  }

  private takeBatch(batch: Batch, now: EpochMs): SourceStep[] {
    const { source } = batch;
    const before = this.courses.get(source);
    const others = this.othersOf(source);
    const steps = new Steps(source);
    let first = Number.POSITIVE_INFINITY;
    let last = Number.NEGATIVE_INFINITY;
    const hear = (time: number) => {
      // Some balancers count in microseconds.
      const at = Math.floor(time);
      if (at > now + mostAheadMs) return;
      steps.read(at);
      if (at < first) first = at;
      if (at > last) last = at;
    };
    // A line is written when its request ends.
    for (const { startedAt, durationMs } of batch.requests) hear(startedAt + (durationMs ?? 0));
    const { bare } = batch;
    for (let n = 0; n < bare.count; n++)
      hear((bare.startedAt[n] ?? 0) + Math.max(0, bare.durationMs[n] ?? 0));
    const guess = first <= last ? first : reckoned(before, others, now);
    for (const { near } of batch.rejects)
      steps.reject(near !== null && near <= now + mostAheadMs ? near : guess);
    if (first > last) {
      if (batch.rejects.length === 0) return [];
      first = guess;
      last = guess;
    }
    const end = steps.at(last);
    end.othersAt = others;
    if (before) {
      if (others !== null && before.others !== null)
        end.othersBy = Math.min(mostMs, Math.max(0, others - before.others));
      end.behindBy = Math.min(mostMs, Math.max(0, before.reached - first));
    }
    const reached = Math.max(last, before?.reached ?? last);
    this.courses.set(source, { reached, others, heardAt: now });
    return steps.all();
  }

  private othersOf(source: number): EpochMs | null {
    let most: EpochMs | null = null;
    for (const [other, { reached }] of this.courses)
      if (other !== source && (most === null || reached > most)) most = reached;
    return most;
  }
}

/** The time of lines of which none can be read: the source has come as far on as the others, or our clock. */
function reckoned(before: Course | undefined, others: EpochMs | null, now: EpochMs): EpochMs {
  if (!before) return others ?? now;
  const { reached, heardAt } = before;
  const by = others === null || before.others === null ? 0 : others - before.others;
  return Math.min(now, reached + Math.max(0, by, now - heardAt));
}

class Steps {
  private readonly steps = new Map<number, SourceStep>();
  /** The one asked for last: most lines lie in the step of the line before. */
  private latest: SourceStep | undefined;

  constructor(private readonly source: number) {}

  read(at: EpochMs): void {
    const step = this.at(at);
    step.lines += 1;
    if (step.firstAt === null || at < step.firstAt) step.firstAt = at;
    if (step.lastAt === null || at > step.lastAt) step.lastAt = at;
  }

  reject(at: EpochMs): void {
    this.at(at).rejected += 1;
  }

  at(time: EpochMs): SourceStep {
    const at = Math.floor(time / stepMs) * stepMs;
    if (this.latest?.at === at) return this.latest;
    let step = this.steps.get(at);
    if (!step) {
      const nothing = { lines: 0, rejected: 0, firstAt: null, lastAt: null, othersAt: null };
      step = { source: this.source, at, ...nothing, othersBy: 0, behindBy: 0 };
      this.steps.set(at, step);
    }
    this.latest = step;
    return step;
  }

  all(): SourceStep[] {
    return [...this.steps.values()];
  }
}

/** One for each source and step. */
function merged(steps: readonly SourceStep[]): SourceStep[] {
  const byKey = new Map<string, SourceStep>();
  const bound = (
    a: EpochMs | null,
    b: EpochMs | null,
    choose: (a: EpochMs, b: EpochMs) => EpochMs,
  ) => (a === null ? b : b === null ? a : choose(a, b));
  for (const step of steps) {
    const key = `${step.source} ${step.at}`;
    const known = byKey.get(key);
    if (!known) {
      byKey.set(key, step);
      continue;
    }
    known.lines += step.lines;
    known.rejected += step.rejected;
    known.firstAt = bound(known.firstAt, step.firstAt, Math.min);
    known.lastAt = bound(known.lastAt, step.lastAt, Math.max);
    known.othersAt = bound(known.othersAt, step.othersAt, Math.max);
    known.othersBy = Math.max(known.othersBy, step.othersBy);
    known.behindBy = Math.max(known.behindBy, step.behindBy);
  }
  return [...byKey.values()];
}
