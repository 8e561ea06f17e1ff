import { type Cause, causes, isExplained } from "@/lib/domain/causes";
import { addCounts, quantileOfCounts } from "@/lib/domain/latency";
import type { Overview } from "@/lib/schemas/results";
import type { affectedSteps } from "@/lib/store/read/affected-steps";
import type { bounceSteps } from "@/lib/store/read/bounce-steps";
import type { latencySteps } from "@/lib/store/read/latency-steps";
import type { loadSteps } from "@/lib/store/read/load-steps";
import type { sessionSpans } from "@/lib/store/read/session-spans";
import type { sessionSteps } from "@/lib/store/read/session-steps";
import { iso, type Steps, stepStarts } from "@/lib/view/range";
import type { AbsoluteRange } from "@/lib/view/time-range";
import { placeOf } from "./periods";
import { round } from "./wire";

type RowsOf<Q extends (...given: never[]) => Promise<unknown>> = Awaited<ReturnType<Q>>;

/** What the database told of the range and of the period before it. */
export interface Told {
  load: RowsOf<typeof loadSteps>;
  latency: RowsOf<typeof latencySteps>;
  /** Of one balancer, session by session; */
  sessions: RowsOf<typeof sessionSteps>;
  /** of all, from the sums. */
  spans: RowsOf<typeof sessionSpans>;
  bounces: RowsOf<typeof bounceSteps>;
  affected: RowsOf<typeof affectedSteps>;
}

type Point = Overview["series"][number];
type ByCause = Partial<Record<Cause, number>>;

interface Step {
  requests: number;
  errors: number;
  p95: number | null;
  sessions: number;
  severalSessions: number;
  bounces: number;
  unexplained: number;
  byCause: ByCause;
  affected: number;
  severalAffected: number;
  lost: number;
}

const emptyStep = (): Step => ({
  requests: 0,
  errors: 0,
  p95: null,
  sessions: 0,
  severalSessions: 0,
  bounces: 0,
  unexplained: 0,
  byCause: {},
  affected: 0,
  severalAffected: 0,
  lost: 0,
});

/** One of the two periods of an overview. */
export class Period {
  readonly #told: Told;
  readonly #steps: Steps;
  readonly #seen: boolean;
  readonly #seconds: number;
  readonly #cells: Step[];
  readonly #total = emptyStep();
  readonly #latency: number[] = [];

  /** @param seen whether any request had been seen by the period's end; `seconds` of it have passed. */
  constructor(
    told: Told,
    before: boolean,
    steps: Steps,
    { seen, seconds }: { seen: boolean; seconds: number },
  ) {
    const ofPeriod = <Row extends { before: boolean }>(rows: Row[]) =>
      rows.filter((row) => row.before === before);
    this.#told = {
      load: ofPeriod(told.load),
      latency: ofPeriod(told.latency),
      sessions: ofPeriod(told.sessions),
      spans: ofPeriod(told.spans),
      bounces: ofPeriod(told.bounces),
      affected: ofPeriod(told.affected),
    };
    this.#steps = steps;
    this.#seen = seen;
    this.#seconds = seconds;
    this.#cells = Array.from({ length: steps.count }, emptyStep);
    this.#addLoad();
    this.#addSessions();
    this.#addSpans();
    this.#addMarks();
  }

  figures() {
    const all = this.#total;
    const seen = <T>(value: T) => (this.#seen ? value : null);
    return {
      continuityRate: continuity(all),
      requests: seen(all.requests),
      requestsPerSecond: seen(all.requests / this.#seconds),
      sessions: seen(all.sessions),
      affectedSessions: seen(all.affected),
      bounces: seen(all.bounces),
      unexplainedBounces: seen(all.unexplained),
      lostSessions: seen(all.lost),
      errorRate: shareOf(all.errors, all.requests),
      p50Ms: rounded(quantileOfCounts(this.#latency, 0.5)),
      p95Ms: rounded(quantileOfCounts(this.#latency, 0.95)),
      p99Ms: rounded(quantileOfCounts(this.#latency, 0.99)),
    };
  }

  bouncesByCause(): ByCause {
    return this.#total.byCause;
  }

  /**
   * A point per step; null where no request was seen in it.
   * @param range over which requests were counted. @param shift from the range to this period, ms.
   */
  series(range: AbsoluteRange, shift: number): Point[] {
    return stepStarts(this.#steps).map((start, place): Point => {
      const cell = this.#cells[place] ?? emptyStep();
      const seen = cell.requests > 0;
      const end = Math.min(start + this.#steps.step, range.to);
      const seconds = Math.max(1, (end - Math.max(start, range.from)) / 1000);
      // What did happen is told even where its requests are no longer kept.
      const counted = (value: number) => (seen || value > 0 ? value : null);
      return {
        at: iso(start + shift),
        requests: counted(cell.requests),
        requestsPerSecond: seen ? round(cell.requests / seconds) : null,
        sessions: counted(cell.sessions),
        bounces: counted(cell.bounces),
        unexplainedBounces: counted(cell.unexplained),
        lostSessions: counted(cell.lost),
        continuityRate: continuity(cell),
        errorRate: shareOf(cell.errors, cell.requests),
        p95Ms: cell.p95,
        bouncesByCause: cell.byCause,
      };
    });
  }

  #cell(at: number): Step {
    return this.#cells[placeOf(this.#steps, at)] ?? emptyStep();
  }

  #addLoad(): void {
    for (const row of this.#told.load) {
      for (const cell of [this.#cell(row.step), this.#total]) {
        cell.requests += row.requests;
        cell.errors += row.errors;
      }
    }
    const histograms = this.#cells.map((): number[] => []);
    for (const row of this.#told.latency) {
      addCounts(histograms[placeOf(this.#steps, row.step)] ?? [], row.counts);
      addCounts(this.#latency, row.counts);
    }
    this.#cells.forEach((cell, place) => {
      cell.p95 = rounded(quantileOfCounts(histograms[place] ?? [], 0.95));
    });
  }

  /**
   * Whoever was there in a step had a last request in it or later, and a first
   * one not after it: counted from the end, from what ends and begins after the period.
   */
  #addSpans(): void {
    const nothing = () => ({ starts: 0, ends: 0, severalStarts: 0, severalEnds: 0 });
    const inStep = this.#cells.map(nothing);
    const later = nothing();
    for (const row of this.#told.spans) {
      const sum = row.step === null ? later : inStep[placeOf(this.#steps, row.step)];
      if (!sum) continue;
      sum.starts += row.starts;
      sum.ends += row.ends;
      sum.severalStarts += row.several_starts;
      sum.severalEnds += row.several_ends;
    }
    const begunAfter = { all: later.starts, several: later.severalStarts };
    for (let place = inStep.length - 1; place >= 0; place--) {
      const own = inStep[place] ?? nothing();
      const cell = this.#cells[place] ?? emptyStep();
      later.ends += own.ends;
      later.severalEnds += own.severalEnds;
      cell.sessions += later.ends - later.starts;
      cell.severalSessions += later.severalEnds - later.severalStarts;
      later.starts += own.starts;
      later.severalStarts += own.severalStarts;
    }
    this.#total.sessions += later.ends - begunAfter.all;
    this.#total.severalSessions += later.severalEnds - begunAfter.several;
  }

  #addSessions(): void {
    const edges = this.#cells.map(() => ({ all: 0, several: 0 }));
    for (const row of this.#told.sessions) {
      this.#total.sessions += row.n;
      if (row.several) this.#total.severalSessions += row.n;
      const begin = edges[placeOf(this.#steps, row.first)];
      const end = edges[placeOf(this.#steps, row.last) + 1];
      for (const [edge, n] of [
        [begin, row.n],
        [end, -row.n],
      ] as const) {
        if (!edge) continue;
        edge.all += n;
        if (row.several) edge.several += n;
      }
    }
    let all = 0;
    let several = 0;
    this.#cells.forEach((cell, place) => {
      all += edges[place]?.all ?? 0;
      several += edges[place]?.several ?? 0;
      cell.sessions = all;
      cell.severalSessions = several;
    });
  }

  #addMarks(): void {
    for (const row of this.#told.bounces) {
      const cause = causeOf(row.cause);
      for (const cell of [this.#cell(row.step), this.#total]) {
        cell.bounces += row.n;
        if (!isExplained(cause)) cell.unexplained += row.n;
        cell.byCause[cause] = (cell.byCause[cause] ?? 0) + row.n;
      }
    }
    for (const row of this.#told.affected) {
      const cell = row.step === null ? this.#total : this.#cell(row.step);
      cell.affected = row.affected;
      cell.severalAffected = row.several;
      cell.lost = row.lost;
    }
  }
}

/** A stored cause; one that is no longer known counts as unknown. */
export function causeOf(name: string): Cause {
  return causes.find((known) => known === name) ?? "unknown";
}

/** Sessions of at least two requests with neither an unexplained bounce nor a loss, over all such; null without any. */
function continuity(cell: Step): number | null {
  if (cell.severalSessions === 0) return null;
  return round(Math.max(0, 1 - cell.severalAffected / cell.severalSessions), 9);
}

function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : round(part / whole, 9);
}

function rounded(ms: number | null): number | null {
  return ms === null ? null : round(ms, 4);
}
