/**
 * Time laid along a line of pixels. Idle time may be folded: a gap longer than
 * the threshold takes a fixed breadth, so that all bursts share one scale.
 */

export interface Span {
  from: number;
  to: number;
}

/** A stretch of the scale; `start` and `end` are pixels. */
export interface Stretch extends Span {
  start: number;
  end: number;
}

export interface TimeScale extends Span {
  /** Pixels from end to end. */
  length: number;
  pxPerMs: number;
  foldPx: number;
  padPx: number;
  runs: Stretch[];
  folds: Stretch[];
  /** The pixel of an instant; beyond the ends it goes on at the same scale. */
  at(time: number): number;
  /** The instant of a pixel. */
  time(px: number): number;
}

export const idleMs = 5_000;
const widestFold = 46;
const narrowestFold = 8;
const widestPad = 6;
const shortestWindow = 10;

/** Spans in order of their start, those less than `idle` apart made one. */
export function mergeSpans(spans: readonly Span[], idle: number): Span[] {
  const merged: Span[] = [];
  for (const span of spans) {
    const last = merged.at(-1);
    if (last && span.from - last.to <= idle) last.to = Math.max(last.to, span.to);
    else merged.push({ from: span.from, to: Math.max(span.to, span.from) });
  }
  return merged;
}

export interface ScaleOptions extends Span {
  /** Activity, in order of its start; only read when folding. */
  spans: readonly Span[];
  fold: boolean;
  idle?: number;
}

/** A scale that fits the window into a number of pixels. */
export function fitScale(options: ScaleOptions & { length: number }): TimeScale {
  const length = Math.max(options.length, 1);
  const all = activityIn(options);
  const most = Math.max(1, Math.floor((length * 0.45) / narrowestFold));
  const bursts = all.length - 1 > most ? keepLongestGaps(all, most) : all;
  const edges = edgesOf(bursts, options);
  const folds = bursts.length - 1 + (edges.head ? 1 : 0) + (edges.tail ? 1 : 0);
  const foldPx = folds === 0 ? 0 : Math.min(widestFold, (length * 0.45) / folds);
  const padPx = options.fold
    ? Math.min(widestPad, (length * 0.25) / (2 * Math.max(bursts.length, 1)))
    : 0;
  const active = bursts.reduce((sum, burst) => sum + burst.to - burst.from, 0);
  const free = length - folds * foldPx - bursts.length * 2 * padPx;
  return build(bursts, options, free / Math.max(active, 1), foldPx, padPx);
}

/** The same scale over another window, most often the whole session, for panning and zooming. */
export function stretchScale(options: ScaleOptions, like: TimeScale): TimeScale {
  const bursts = activityIn(options);
  return build(bursts, options, like.pxPerMs, like.foldPx || widestFold, like.padPx);
}

/** The window moved by pixels, kept within the outer scale. */
export function panWindow(outer: TimeScale, window: Span, px: number): Span {
  const start = outer.at(window.from);
  const end = outer.at(window.to);
  const by = Math.min(Math.max(px, -start), outer.length - end);
  return windowOf(outer, start + by, end + by);
}

/** The window made `factor` times narrower about a place in it (0 its start, 1 its end). */
export function zoomWindow(outer: TimeScale, window: Span, factor: number, anchor: number): Span {
  const start = outer.at(window.from);
  const end = outer.at(window.to);
  const size = Math.min((end - start) / factor, outer.length);
  const fixed = start + (end - start) * anchor;
  const first = Math.min(Math.max(fixed - size * anchor, 0), outer.length - size);
  const next = windowOf(outer, first, first + size);
  return next.to - next.from < shortestWindow ? window : next;
}

/** True when the window shows all there is. */
export function coversAll(window: Span, bounds: Span): boolean {
  return window.from <= bounds.from && window.to >= bounds.to;
}

export interface AxisTick {
  at: number;
  px: number;
  labelled: boolean;
}

const tickSteps = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000,
  300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 10_800_000, 21_600_000, 43_200_000,
  86_400_000, 172_800_000, 604_800_000,
];

/** The smallest round step that is at least so many pixels wide. */
export function tickStep(pxPerMs: number, least: number): number {
  return tickSteps.find((step) => step * pxPerMs >= least) ?? 604_800_000;
}

/**
 * Ticks of the axis: the start of every burst that has room for its label,
 * then round instants within it.
 * @param room pixels that a label takes along the axis
 * @param avoid pixels where something else stands
 */
export function axisTicks(
  scale: TimeScale,
  room: number,
  avoid: { from: number; to: number } | null = null,
): { step: number; ticks: AxisTick[] } {
  const isFree = (px: number) => avoid === null || px + room <= avoid.from || px >= avoid.to;
  const step = tickStep(scale.pxPerMs, 32);
  const ticks: AxisTick[] = [];
  let free = Number.NEGATIVE_INFINITY;
  for (const run of scale.runs) {
    const first = scale.at(run.from);
    if (first >= free && isFree(first) && scale.length - first >= room * 0.5) {
      ticks.push({ at: run.from, px: first, labelled: true });
      free = first + room;
    }
    const size = scale.at(run.to) - first;
    if (size < 32 || size / (step * scale.pxPerMs) > 2000) continue;
    for (let at = Math.ceil(run.from / step) * step; at <= run.to; at += step) {
      const px = scale.at(at);
      if (px - first < 4) continue;
      const labelled = px >= free && isFree(px) && px + room <= Math.max(run.end, scale.length - 4);
      ticks.push({ at, px, labelled });
      if (labelled) free = px + room;
    }
  }
  return { step, ticks };
}

function activityIn({ from, to, spans, fold, idle = idleMs }: ScaleOptions): Span[] {
  if (!fold) return [{ from, to }];
  const inside = spans
    .filter((span) => span.to >= from && span.from <= to)
    .map((span) => ({ from: Math.max(span.from, from), to: Math.min(span.to, to) }));
  const merged = mergeSpans(inside, idle);
  const first = merged[0];
  const last = merged.at(-1);
  if (!first || !last) return [{ from, to }];
  if (first.from - from <= idle) first.from = from;
  if (to - last.to <= idle) last.to = to;
  return merged;
}

/** More gaps than there is room for: the shorter ones are shown in true time. */
function keepLongestGaps(bursts: Span[], most: number): Span[] {
  const gaps = bursts
    .slice(1)
    .map((burst, index) => burst.from - (bursts[index]?.to ?? burst.from))
    .sort((a, b) => b - a);
  const least = gaps[most - 1] ?? 0;
  const kept: Span[] = [];
  for (const burst of bursts) {
    const last = kept.at(-1);
    if (last && burst.from - last.to < least) last.to = burst.to;
    else kept.push({ ...burst });
  }
  return kept;
}

function edgesOf(bursts: Span[], window: Span) {
  const first = bursts[0];
  const last = bursts.at(-1);
  return {
    head: first !== undefined && first.from > window.from,
    tail: last !== undefined && last.to < window.to,
  };
}

function build(
  bursts: Span[],
  window: Span,
  pxPerMs: number,
  foldPx: number,
  padPx: number,
): TimeScale {
  const runs: Stretch[] = [];
  const folds: Stretch[] = [];
  let px = 0;
  let time = window.from;
  const fold = (to: number) => {
    folds.push({ from: time, to, start: px, end: px + foldPx });
    px += foldPx;
  };
  for (const burst of bursts) {
    if (burst.from > time) fold(burst.from);
    const start = px;
    px += 2 * padPx + (burst.to - burst.from) * pxPerMs;
    runs.push({ from: burst.from, to: burst.to, start, end: px });
    time = burst.to;
  }
  if (window.to > time) fold(window.to);
  const length = px;

  return {
    from: window.from,
    to: window.to,
    length,
    pxPerMs,
    foldPx,
    padPx,
    runs,
    folds,
    at(instant) {
      if (instant < window.from) return (instant - window.from) * pxPerMs;
      if (instant > window.to) return length + (instant - window.to) * pxPerMs;
      const run = lastWhere(runs, (candidate) => candidate.from <= instant);
      if (run && instant <= run.to) return run.start + padPx + (instant - run.from) * pxPerMs;
      const gap = lastWhere(folds, (candidate) => candidate.from <= instant);
      if (!gap) return 0;
      return gap.start + ((instant - gap.from) / (gap.to - gap.from)) * (gap.end - gap.start);
    },
    time(position) {
      if (position <= 0) return window.from;
      if (position >= length) return window.to;
      const run = lastWhere(runs, (candidate) => candidate.start <= position);
      if (run && position <= run.end)
        return Math.min(
          Math.max(run.from + (position - run.start - padPx) / pxPerMs, run.from),
          run.to,
        );
      const gap = lastWhere(folds, (candidate) => candidate.start <= position);
      if (!gap) return window.from;
      return gap.from + ((position - gap.start) / (gap.end - gap.start)) * (gap.to - gap.from);
    },
  };
}

/** The last of the stretches, which are in order, for which a test that turns false once holds. */
function lastWhere(
  stretches: readonly Stretch[],
  holds: (s: Stretch) => boolean,
): Stretch | undefined {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const candidate = stretches[middle];
    if (candidate && holds(candidate)) low = middle + 1;
    else high = middle;
  }
  return stretches[low - 1];
}

function windowOf(outer: TimeScale, start: number, end: number): Span {
  return {
    from: Math.max(Math.floor(outer.time(start)), outer.from),
    to: Math.min(Math.ceil(outer.time(end)), outer.to),
  };
}
