import type { About, CauseClass } from "./cause-about";
import { abouts } from "./causes.generated";
import type { Evidence } from "./evidence";

export type { CauseClass } from "./cause-about";

/** A cause of a bounce: the name of each file in `causes/` that says what it is about. */
export type Cause = (typeof abouts)[number]["cause"];

const ranked = [...abouts].sort((a, b) => a.rank - b.rank);
const known: ReadonlyMap<Cause, About> = new Map(ranked.map((about) => [about.cause, about]));

/** Every cause, in its order. */
export const causes: readonly Cause[] = ranked.map(({ cause }) => cause);

/** What is to be known of a cause outside its judging. */
export function aboutCause(cause: Cause): About {
  const about = known.get(cause);
  if (!about) throw new Error(`"${cause}" is no cause`);
  return about;
}

export function classOf(cause: Cause): CauseClass {
  return aboutCause(cause).class;
}

/** A bounce is explained when the move was right, given what the load balancer knew. */
export function isExplained(cause: Cause): boolean {
  return classOf(cause) === "infrastructure";
}

/** A verdict on one bounce. `confidence` is from 0 to 1. */
export interface Verdict {
  cause: Cause;
  confidence: number;
  evidence: Evidence[];
}
