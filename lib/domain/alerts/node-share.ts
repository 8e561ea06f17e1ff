import type { EpochMs } from "../facts";
import { advance, type Episode, goingOn, quiet, type Standing, type Timing } from "./episodes";
import { Course, type Grid } from "./grid";
import { shareByChance } from "./share-by-chance";

/** How rarely chance alone may make a node's share so large: a day has very many looks, and few just after a change. */
const allowed = { change: 3e-5, nothing: 1e-7 };
/** The same without the node that lost most: what one node lost, the others have in its place. */
const allowedWithout = 1e-4;
/** …and how much of the excess is left then. */
const leftWithout = 0.7;
/** What is not so many times its spread above the usual need not be reckoned any closer. */
const worthSpreads = 3;
/** So many things tell how a share is now. */
const telling = 20;

/** One kind of thing that the nodes of a pool get their shares of: sessions that begin, or requests. */
export interface Shares {
  grid: Grid;
  clock: EpochMs;
  /** How many each node got, step by step. */
  courses: ReadonlyMap<string, Course>;
  /** Over how many steps a share is looked at, the fewest first. */
  windows: readonly number[];
  /** How many steps tell what is usual, and how few are enough. */
  usualSteps: number;
  leastUsualSteps: number;
  /** From which step on something may begin: what lies before only tells what is usual. */
  firstStep: number;
  /** The first step in which the pool had any. */
  bornAt: number;
  /** The nodes that serve at the end of a step and are not taken out. */
  there: (place: number) => readonly string[];
  /** When nodes last came, left or came back: what is usual is what was since; null: not that anybody knows. */
  changedAt: (at: EpochMs) => EpochMs | null;
  /** How long after that shares say nothing, and nothing begins. */
  settleMs: number;
  /** Whether somebody changed something shortly before. */
  changedBefore: (at: EpochMs) => boolean;
}

/** A node that has far more than its usual share. */
interface Excess {
  node: string;
  /** Its usual share of what those have that serve. */
  usual: number;
  among: readonly string[];
}

/** Steps, from one to another. */
interface Span {
  from: number;
  to: number;
}

/** A node whose share looks too large, with what each of the nodes had in the last steps and before. */
interface Suspect {
  steps: number;
  index: number;
  among: readonly string[];
  now: readonly number[];
  before: readonly number[];
  usual: number;
}

/** A time in which a node had more than its usual share: the measure is how many times. */
export type ShareEpisode = Episode & { node: string };

/** Where a node's share is so far above its usual one that chance does not explain it. */
export class ShareWatch {
  private readonly longest: number;
  /** By the factor: whether anything begins at all. Kept, as many rules ask for the same, and nearly every pool is calm. */
  private readonly calm = new Map<number, boolean>();
  private readonly ordered = new WeakMap<readonly string[], readonly Course[]>();
  /** The course of each node that got nothing at all: one for all, as it is as long as what is looked at. */
  private readonly nothing: Course;

  constructor(readonly shares: Shares) {
    this.longest = Math.max(...shares.windows);
    this.nothing = Course.empty(shares.grid);
  }

  /** @param aboveUsual how many times its usual share is too much. */
  episodes(aboveUsual: number, least: (place: number) => boolean, timing: Timing): ShareEpisode[] {
    const { grid, firstStep } = this.shares;
    if (this.isCalm(aboveUsual)) return [];
    const found: ShareEpisode[] = [];
    const leftOut: Span[] = [];
    let standing: Standing = quiet;
    let excess: Excess | null = null;
    let last = 0;
    for (let place = firstStep; place < grid.count; place++) {
      const at = this.endOf(place);
      if (excess === null) {
        if (!least(place)) continue;
        const begun = this.begins(place, aboveUsual, leftOut);
        if (begun === null) continue;
        excess = begun;
        leftOut.push({
          from: Math.max(0, place + 1 - this.longest),
          to: Number.POSITIVE_INFINITY,
        });
      }
      const times = this.timesUsual(place, excess);
      if (times !== null) last = times;
      const level = times === null ? null : (times - 1) / Math.max(0.01, aboveUsual - 1);
      const next = advance(standing, { at, value: last, level }, timing);
      standing = next.standing;
      if (next.ended) found.push({ ...next.ended, node: excess.node });
      if (standing.state === "quiet") {
        excess = null;
        const open = leftOut.at(-1);
        if (open) open.to = place + 1;
      }
    }
    const node = excess?.node;
    return node === undefined
      ? found
      : [...found, ...goingOn(standing, last).map((episode) => ({ ...episode, node }))];
  }

  private isCalm(aboveUsual: number): boolean {
    const known = this.calm.get(aboveUsual);
    if (known !== undefined) return known;
    const { grid, firstStep } = this.shares;
    let calm = true;
    for (let place = firstStep; calm && place < grid.count; place++)
      calm = this.begins(place, aboveUsual, []) === null;
    this.calm.set(aboveUsual, calm);
    return calm;
  }

  private endOf(place: number): EpochMs {
    const { grid, clock } = this.shares;
    return Math.min(grid.start + (place + 1) * grid.step, clock);
  }

  /** The node that has surely too much by the end of this step; null: none. */
  private begins(place: number, aboveUsual: number, leftOut: readonly Span[]): Excess | null {
    const { usualSteps, leastUsualSteps, bornAt, changedBefore } = this.shares;
    const to = place - this.longest;
    const hour = { from: Math.max(bornAt, to + 1 - usualSteps), to };
    if (this.knownSteps(hour, leftOut) < leastUsualSteps) return null;
    const suspects = this.suspects(place, aboveUsual, hour, leftOut);
    // Nearly nowhere anything looks uneven: only then it is asked since when the nodes are those that they are.
    if (suspects.length === 0) return null;
    const at = this.endOf(place);
    const from = this.settledFrom(at, hour.from);
    if (from === null || this.knownSteps({ from, to }, leftOut) < leastUsualSteps) return null;
    const settled =
      from === hour.from ? suspects : this.suspects(place, aboveUsual, { from, to }, leftOut);
    for (const { steps, index, among, now, before, usual } of settled) {
      const node = among[index] ?? "";
      const chance = (changedBefore(at) ? allowed.change : allowed.nothing) / among.length;
      const clump = this.clump(node, among, usual, { from, to }, steps, leftOut);
      const [own, ownBefore] = [now[index] ?? 0, before[index] ?? 0];
      if (byChance(own, sum(now), ownBefore, sum(before), among.length, clump) >= chance) continue;
      if (this.staysWithout(index, now, before, aboveUsual, clump)) return { node, usual, among };
    }
    return null;
  }

  /** The nodes that have so many times their share of a time, and more than its usual spread. */
  private suspects(
    place: number,
    aboveUsual: number,
    span: Span,
    leftOut: readonly Span[],
  ): Suspect[] {
    const among = this.shares.there(place);
    if (among.length < 2) return [];
    // Asked at every step, of every pool, and nearly always in vain: without lists until there is something to tell.
    const courses = this.coursesOf(among);
    const before = courses.map((course) => usually(course, span, leftOut));
    const seen = sum(before);
    // What an incident before left behind is not new.
    const since = place + 1 - (leftOut.at(-1)?.to ?? 0);
    const found: Suspect[] = [];
    for (const steps of this.shares.windows) {
      if (steps > since) continue;
      let all = 0;
      for (const course of courses) all += course.within(place, steps);
      if (all < 4) continue;
      for (let index = 0; index < courses.length; index++) {
        const own = courses[index]?.within(place, steps) ?? 0;
        const usual = usualShare(before[index] ?? 0, seen, among.length);
        if (own / all < aboveUsual * usual) continue;
        const spread = Math.sqrt(all * usual * (1 - usual) * (1 + all / Math.max(1, seen)));
        if (own - all * usual < worthSpreads * spread) continue;
        const now = courses.map((course) => course.within(place, steps));
        found.push({ steps, index, among, now, before, usual });
      }
    }
    return found;
  }

  /** The courses of some nodes, in their order; kept, as the same are asked for step by step. */
  private coursesOf(among: readonly string[]): readonly Course[] {
    const known = this.ordered.get(among);
    if (known) return known;
    const made = among.map((node) => this.shares.courses.get(node) ?? this.nothing);
    this.ordered.set(among, made);
    return made;
  }

  /** Whether a node has too much also among the others without the one that lost most: else that one is the trouble. */
  private staysWithout(
    index: number,
    now: readonly number[],
    before: readonly number[],
    aboveUsual: number,
    clump: number,
  ): boolean {
    if (now.length < 3) return true;
    const all = sum(now);
    const seen = sum(before);
    let lost = -1;
    let most = 0;
    for (const [other, count] of now.entries()) {
      const missing = all * usualShare(before[other] ?? 0, seen, now.length) - count;
      if (other !== index && missing > most) [lost, most] = [other, missing];
    }
    if (lost < 0) return true;
    const left = all - (now[lost] ?? 0);
    const leftSeen = seen - (before[lost] ?? 0);
    const own = now[index] ?? 0;
    const ownBefore = before[index] ?? 0;
    const usual = usualShare(ownBefore, leftSeen, now.length - 1);
    const still = Math.min(1 + leftWithout * (aboveUsual - 1), 0.5 + 0.5 / usual);
    return (
      own / left >= still * usual &&
      byChance(own, left, ownBefore, leftSeen, now.length - 1, clump) < allowedWithout
    );
  }

  /**
   * In what clumps things come to a node, by how much more than chance its share
   * went up and down in the hour before: 1 where they come one by one.
   */
  private clump(
    node: string,
    among: readonly string[],
    usual: number,
    span: Span,
    steps: number,
    leftOut: readonly Span[],
  ): number {
    let squares = 0;
    let blocks = 0;
    for (let place = span.to; place - steps >= span.from - 1; place -= steps) {
      if (leftOut.some(({ from, to }) => place >= from && place - steps < to)) continue;
      const all = sum(among.map((one) => this.within(one, place, steps)));
      const spread = all * usual * (1 - usual);
      if (spread < 0.5) continue;
      squares += (this.within(node, place, steps) - all * usual) ** 2 / spread;
      blocks += 1;
    }
    return blocks === 0 ? 1 : Math.max(1, squares / blocks);
  }

  /** How many times its usual share a node has now; null where too little came to tell. */
  private timesUsual(place: number, { node, usual, among }: Excess): number | null {
    for (const steps of this.shares.windows) {
      const all = sum(among.map((one) => this.within(one, place, steps)));
      if (all < (steps === this.longest ? 1 : telling)) continue;
      return this.within(node, place, steps) / all / usual;
    }
    return null;
  }

  private within(node: string, place: number, steps: number): number {
    return this.shares.courses.get(node)?.within(place, steps) ?? 0;
  }

  /**
   * From which step on what was tells what is usual: from the hour's first on, as
   * long as the nodes were those that they are; null: they were not long enough.
   */
  private settledFrom(at: EpochMs, from: number): number | null {
    const { grid, changedAt, settleMs } = this.shares;
    const changed = changedAt(at);
    if (changed === null) return from;
    if (at < changed + settleMs) return null;
    return Math.max(from, Math.ceil((changed - grid.start) / grid.step));
  }

  /** How many steps of the hour up to a step tell what is usual. */
  private knownSteps({ from, to: end }: Span, leftOut: readonly Span[]): number {
    return leftOut.reduce(
      (left, span) => left - Math.max(0, Math.min(end + 1, span.to) - Math.max(from, span.from)),
      end + 1 - from,
    );
  }
}

/** What a node got in the hour up to a step, without what is left out. */
function usually(course: Course, { from, to: end }: Span, leftOut: readonly Span[]): number {
  if (end < from) return 0;
  let sum = course.within(end, end + 1 - from);
  for (const span of leftOut) {
    const first = Math.max(from, span.from);
    const to = Math.min(end + 1, span.to);
    if (to > first) sum -= course.within(to - 1, to - first);
  }
  return sum;
}

function byChance(
  own: number,
  all: number,
  ownBefore: number,
  before: number,
  nodes: number,
  clump: number,
): number {
  return shareByChance(own / clump, all / clump, ownBefore / clump, before / clump, nodes);
}

/** Before anything is known each has the same. */
function usualShare(own: number, all: number, nodes: number): number {
  return (own + 0.5) / (all + 0.5 * nodes);
}

function sum(numbers: readonly number[]): number {
  let total = 0;
  for (const one of numbers) total += one;
  return total;
}
