import { type Proportion, shareOf } from "@/lib/domain/proportions";
import { type StickinessVerdict, verdictOf } from "@/lib/domain/stickiness-verdict";
import type { Compared, ComparedMetric, Side } from "@/lib/schemas/compare";
import { countOf, formatDuration, formatFigure, formatPercent } from "./numbers";

/** Which way is good, in what unit a difference is told, and how much worse is not called so. */
interface Share {
  metric: ComparedMetric;
  read: (side: Side) => Proportion;
  goodIsHigh: boolean;
  /** A difference of 1 in this unit. */
  unit: number;
  unitWord: "points" | "per 1,000";
  /** How much worse may still be called intact. */
  tolerance: number | null;
}

const shares: Share[] = [
  {
    metric: "continuity",
    read: ({ severalSessions: of, affectedSessions }) => ({ hits: of - affectedSessions, of }),
    goodIsHigh: true,
    unit: 0.01,
    unitWord: "points",
    tolerance: null,
  },
  {
    metric: "lost",
    read: ({ sessions, lostSessions }) => ({ hits: lostSessions, of: sessions }),
    goodIsHigh: false,
    unit: 0.01,
    unitWord: "points",
    tolerance: null,
  },
  {
    metric: "bounces",
    read: ({ requests, bounces }) => ({ hits: bounces, of: requests }),
    goodIsHigh: false,
    unit: 0.001,
    unitWord: "per 1,000",
    tolerance: 0.005,
  },
  {
    metric: "unexplained",
    read: ({ requests, unexplainedBounces }) => ({ hits: unexplainedBounces, of: requests }),
    goodIsHigh: false,
    unit: 0.001,
    unitWord: "per 1,000",
    tolerance: 0.005,
  },
  {
    metric: "errors",
    read: ({ requests, errors }) => ({ hits: errors, of: requests }),
    goodIsHigh: false,
    unit: 0.01,
    unitWord: "points",
    tolerance: null,
  },
];

const plain: { metric: ComparedMetric; read: (side: Side) => number | null }[] = [
  { metric: "p50", read: (side) => side.p50Ms },
  { metric: "p95", read: (side) => side.p95Ms },
  { metric: "imbalance", read: (side) => side.imbalance },
];

/** Every figure of both sides, with whether the difference is more than noise. */
export function compareSides(before: Side, after: Side, tolerance: number): Compared[] {
  return [
    ...shares.map((share): Compared => {
      const [first, second] = [share.read(before), share.read(after)];
      // What should be low is tested as its rest, which should be high.
      const [a, b] = share.goodIsHigh ? [first, second] : [restOf(first), restOf(second)];
      const { verdict, interval } = verdictOf(a, b, share.tolerance ?? tolerance);
      const told =
        interval === null || share.goodIsHigh
          ? interval
          : {
              difference: -interval.difference,
              low: -interval.high,
              high: -interval.low,
              pValue: interval.pValue,
            };
      return {
        metric: share.metric,
        before: shareOf(first),
        after: shareOf(second),
        verdict,
        interval: told,
        words: differenceWords(verdict, told, share),
      };
    }),
    ...plain.map(({ metric, read }): Compared => {
      const [first, second] = [read(before), read(after)];
      const words = first === null || second === null ? "not known" : "not tested";
      return { metric, before: first, after: second, verdict: null, interval: null, words };
    }),
  ];
}

function restOf({ hits, of }: Proportion): Proportion {
  return { hits: Math.max(0, of - hits), of };
}

function differenceWords(
  verdict: StickinessVerdict,
  interval: Compared["interval"],
  share: Pick<Share, "unit" | "unitWord" | "goodIsHigh">,
): string {
  const { unit, unitWord } = share;
  const spread = interval === null ? "" : `: ${spreadWords(interval, share)}`;
  switch (verdict) {
    case "intact":
      return `no more than noise${spread}`;
    case "not-enough-traffic":
      return `not enough traffic${spread}`;
    case "better":
    case "worse": {
      if (interval === null) return verdict;
      const sizes = [interval.low, interval.high].map((end) => Math.abs(end) / unit);
      const [least = 0, most = 0] = sizes.sort((a, b) => a - b);
      const by = formatFigure(Math.abs(interval.difference) / unit);
      return `${verdict} by ${by} ${unitWord}, between ${formatFigure(least)} and ${formatFigure(most)}`;
    }
  }
}

/** `anything from 0.4 points worse to 0.1 better`: what the interval does not rule out. */
function spreadWords(
  { low, high }: { low: number; high: number },
  { unit, unitWord, goodIsHigh }: Pick<Share, "unit" | "unitWord" | "goodIsHigh">,
): string {
  const [worst, best] = goodIsHigh ? [low, high] : [-high, -low];
  const end = (by: number, word: string) =>
    `${formatFigure(Math.abs(by) / unit)}${word} ${by < 0 ? "worse" : "better"}`;
  return `anything from ${end(worst, ` ${unitWord}`)} to ${end(best, "")}`;
}

/** What the two sides are called: before and after, or by their pools where these differ. */
export function sideNames({ before, after }: { before: Side; after: Side }): {
  before: string;
  after: string;
} {
  if (before.pool === after.pool) return { before: "before", after: "after" };
  return { before: before.pool ?? "all pools", after: after.pool ?? "all pools" };
}

/** The verdict on continuity as a sentence. */
export function verdictSentence(
  verdict: StickinessVerdict,
  before: Side,
  after: Side,
  words: string,
): string {
  const names = sideNames({ before, after });
  const isPools = before.pool !== after.pool;
  const of = (name: string) => (isPools ? `in ${name}` : name);
  const rates = `${formatPercent(before.continuityRate, 2)} ${of(names.before)}, ${formatPercent(after.continuityRate, 2)} ${of(names.after)}`;
  switch (verdict) {
    case "better":
    case "worse":
      return `Continuity ${isPools ? "is" : "got"} ${words}: ${rates}.`;
    case "intact":
      return isPools
        ? `No difference beyond noise: continuity is ${rates}.`
        : `Stickiness is intact: continuity was ${rates}, a difference of no more than noise.`;
    case "not-enough-traffic":
      return `Not enough traffic to tell: ${countOf(before.severalSessions, "session")} of at least two requests ${of(names.before)}, ${formatFigure(after.severalSessions)} ${of(names.after)}.`;
  }
}

/** A difference of continuity with its interval: `−2.1 to −0.9 points`. */
export function intervalInPoints({ low, high }: { low: number; high: number }): string {
  const sign = (share: number) => (share < 0 ? "−" : share > 0 ? "+" : "");
  const [least, most] = [low, high].map(
    (share) => `${sign(share)}${formatFigure(Math.abs(share) * 100)}`,
  );
  return `${least} to ${most} points`;
}

export const metricLabels: Record<ComparedMetric, string> = {
  continuity: "Session continuity",
  lost: "Sessions lost",
  bounces: "Bounces per 1,000 requests",
  unexplained: "Unexplained, per 1,000 requests",
  errors: "Error rate",
  p50: "Latency p50",
  p95: "Latency p95",
  imbalance: "Imbalance, max / mean",
};

/** A figure as people read it. */
export function formatCompared(metric: ComparedMetric, value: number | null): string {
  switch (metric) {
    case "continuity":
    case "lost":
    case "errors":
      return formatPercent(value, 2);
    case "bounces":
    case "unexplained":
      return formatFigure(value === null ? null : value * 1000);
    case "p50":
    case "p95":
      return formatDuration(value);
    case "imbalance":
      return value === null ? "–" : value.toFixed(2);
  }
}

/** `1.2 points more`, where both sides have a figure. */
export function changeInWords({ metric, before, after }: Compared): string {
  if (before === null || after === null) return "–";
  const by = after - before;
  const sign = by > 0 ? "+" : by < 0 ? "−" : "";
  const size = Math.abs(by);
  switch (metric) {
    case "continuity":
    case "lost":
    case "errors":
      return `${sign}${formatFigure(size * 100)} pp`;
    case "bounces":
    case "unexplained":
      return `${sign}${formatFigure(size * 1000)}`;
    case "p50":
    case "p95":
      return `${sign}${formatDuration(size)}`;
    case "imbalance":
      return `${sign}${size.toFixed(2)}`;
  }
}
