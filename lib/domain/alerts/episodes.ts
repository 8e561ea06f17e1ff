import type { EpochMs } from "../facts";

/**
 * One measure at one moment. `level` is the measure over its threshold: above
 * 1 is too much. Null: nothing can be said (too little traffic).
 */
export interface Point {
  at: EpochMs;
  level: number | null;
  /** The measure itself, in the condition's own unit. */
  value: number;
  /** False: what goes on may go on, but nothing begins here. */
  begins?: boolean;
}

export interface Timing {
  forMs: number;
  /** Hysteresis: over only when the level is below this… */
  clearBelow: number;
  /** …for so long. */
  clearForMs: number;
  /** Or below this part of its height: what a large one leaves behind keeps it open no longer. */
  clearBelowHeight?: number;
}

/** Where one measure stands. The clock is the points' own. */
export type Standing =
  | { state: "quiet" }
  | { state: "pending"; since: EpochMs; peak: number }
  | {
      state: "firing";
      since: EpochMs;
      firedAt: EpochMs;
      peak: number;
      /** The highest level. */
      height: number;
      belowSince: EpochMs | null;
    };

/** A time in which a measure was too much. */
export interface Episode {
  since: EpochMs;
  /** Null while it is only pending. */
  firedAt: EpochMs | null;
  /** When it was back below; null while it goes on. */
  endedAt: EpochMs | null;
  /** The measure's highest value. */
  peak: number;
  /** Its value at the end of what was looked at. */
  last: number;
}

export const quiet: Standing = { state: "quiet" };

/** What a point makes of the standing. Where nothing can be said, it stays as it was. */
export function advance(
  standing: Standing,
  point: Point,
  timing: Timing,
): { standing: Standing; ended: Episode | null } {
  const { at, level, value } = point;
  if (level === null) return { standing, ended: null };
  switch (standing.state) {
    case "quiet":
      if (level <= 1 || point.begins === false) return { standing, ended: null };
      return {
        standing:
          timing.forMs === 0
            ? {
                state: "firing",
                since: at,
                firedAt: at,
                peak: value,
                height: level,
                belowSince: null,
              }
            : { state: "pending", since: at, peak: value },
        ended: null,
      };
    case "pending": {
      if (level <= 1) return { standing: quiet, ended: null };
      const { since } = standing;
      const peak = Math.max(standing.peak, value);
      if (at - since < timing.forMs)
        return { standing: { state: "pending", since, peak }, ended: null };
      return {
        standing: { state: "firing", since, firedAt: at, peak, height: level, belowSince: null },
        ended: null,
      };
    }
    case "firing": {
      const peak = Math.max(standing.peak, value);
      const height = Math.max(standing.height, level);
      const below = level < Math.max(timing.clearBelow, height * (timing.clearBelowHeight ?? 0));
      const belowSince = below ? (standing.belowSince ?? at) : null;
      if (belowSince === null || at - belowSince < timing.clearForMs)
        return { standing: { ...standing, peak, height, belowSince }, ended: null };
      const { since, firedAt } = standing;
      return {
        standing: quiet,
        ended: { since, firedAt, endedAt: belowSince, peak, last: value },
      };
    }
  }
}

/** What still goes on where a course ends: one episode, or none. `last`: the measure's value there. */
export function goingOn(standing: Standing, last: number): Episode[] {
  if (standing.state === "quiet") return [];
  const { since, peak } = standing;
  const firedAt = standing.state === "firing" ? standing.firedAt : null;
  return [{ since, firedAt, endedAt: null, peak, last }];
}

/** The episodes in a measure's course; the last may still go on. */
export function episodesOf(points: Iterable<Point>, timing: Timing): Episode[] {
  const found: Episode[] = [];
  let standing: Standing = quiet;
  let last = 0;
  for (const point of points) {
    last = point.value;
    if (standing.state === "quiet" && (point.level === null || point.level <= 1)) continue;
    const next = advance(standing, point, timing);
    standing = next.standing;
    if (next.ended) found.push(next.ended);
  }
  return [...found, ...goingOn(standing, last)];
}
