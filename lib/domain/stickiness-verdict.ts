import { type Difference, differenceOf, type Proportion } from "./proportions";

export const stickinessVerdicts = ["intact", "better", "worse", "not-enough-traffic"] as const;
export type StickinessVerdict = (typeof stickinessVerdicts)[number];

/** Fewer trials than this on either side tell nothing. */
export const fewestTrials = 10;
/** A difference surely smaller than this matters to nobody, however certain it is. */
export const noMatter = 0.001;
/** By default a side may be worse by this without its being called so, as long as more is ruled out. */
export const defaultTolerance = 0.01;

/**
 * What two windows say of a share that should be high, such as continuity.
 *
 * `better` and `worse`: the 95 % interval of the difference lies on one side of
 * zero, unless all of it is within a tenth of a point. `intact`: it does not, and
 * a fall by more than the tolerance is ruled out. Else there was not enough
 * traffic to say.
 */
export function verdictOf(
  before: Proportion,
  after: Proportion,
  tolerance = defaultTolerance,
): { verdict: StickinessVerdict; interval: Difference | null } {
  const interval = differenceOf(before, after);
  if (interval === null || Math.min(before.of, after.of) < fewestTrials)
    return { verdict: "not-enough-traffic", interval };
  const { low, high } = interval;
  if (low >= -noMatter && high <= noMatter) return { verdict: "intact", interval };
  if (low > 0) return { verdict: "better", interval };
  if (high < 0) return { verdict: "worse", interval };
  return { verdict: low >= -tolerance ? "intact" : "not-enough-traffic", interval };
}
