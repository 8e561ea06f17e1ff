/** How much of the trouble, and of the traffic, one node or balancer has. */
export interface Portion {
  name: string;
  bad: number;
  requests: number;
}

export interface Place extends Portion {
  /** Its part of all the trouble, 0 to 1. */
  share: number;
  involved: boolean;
}

/** Below this part of the trouble a place is a bystander. */
const least = 0.1;

/** With less than this part of what the worst place has, too. */
const besideWorst = 0.25;

/** Where one place has so many, and this part of all, a single one of another is chance. */
const several = 3;
const nearlyAll = 0.7;

/** With at least this part of what those that are concerned have on the mean, it is one of them. */
const alike = 0.5;

/**
 * Where the trouble is: the places with the largest part of it that together
 * have nine tenths, and those that have about as much as these. Others, with
 * less than a tenth each, are fine.
 */
export function localise(portions: readonly Portion[]): Place[] {
  const total = portions.reduce((sum, { bad }) => sum + bad, 0);
  const sorted = [...portions].sort((a, b) => b.bad - a.bad || (a.name < b.name ? -1 : 1));
  const worst = sorted[0]?.bad ?? 0;
  const byChance = worst >= several && worst >= nearlyAll * total ? 1 : 0;
  let covered = 0;
  const places = sorted.map((portion) => {
    const share = total === 0 ? 0 : portion.bad / total;
    const involved =
      portion.bad > byChance &&
      portion.bad >= besideWorst * worst &&
      (covered < 0.9 || share >= least) &&
      share >= least / 2;
    covered += share;
    return { ...portion, share, involved };
  });
  const own = places.filter(({ involved }) => involved);
  const mean = own.reduce((sum, { bad }) => sum + bad, 0) / own.length;
  return places.map((place) =>
    // Of many alike one is always left over where nine tenths are enough.
    place.involved ? place : { ...place, involved: place.bad > 0 && place.bad >= alike * mean },
  );
}
