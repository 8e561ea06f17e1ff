import { differenceOf, type Proportion, shareOf, z999 } from "./proportions";

/** How a place stands among its like: more trouble than the others, fewer, alike, too little traffic to say, or no other. */
export type Standing = "more" | "fewer" | "alike" | "few" | "only";

/** Fewer requests than this tell nothing. */
const fewest = 50;
/** A difference must be this manifold to be worth a word, however certain it is. */
const worth = 1.5;

/**
 * How a node or balancer stands against all others of its kind taken together:
 * its part of requests that bounced against theirs. Several are looked at at
 * once, so that a difference counts from 99.9 % on.
 */
export function standingOf(here: Proportion, others: Proportion): Standing {
  if (others.of === 0) return "only";
  const own = shareOf(here);
  const theirs = shareOf(others);
  const difference = differenceOf(others, here, z999);
  if (here.of < fewest || own === null || theirs === null || difference === null) return "few";
  if (difference.low > 0 && own >= theirs * worth) return "more";
  if (difference.high < 0 && theirs >= own * worth) return "fewer";
  return "alike";
}
