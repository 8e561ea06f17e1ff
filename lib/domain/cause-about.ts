import type { LogField } from "./pool-context";

export const causeClasses = ["infrastructure", "routing", "client", "unknown"] as const;
export type CauseClass = (typeof causeClasses)[number];

/**
 * What a cause brings along beside its judge. Each file of `causes/` that exports
 * one as `about`, a plain literal, adds a cause; nothing else has to know it.
 */
export interface About {
  cause: string;
  class: CauseClass;
  /** Its place among the causes; the lower one wins where two are equally sure. */
  rank: number;
  /** What an alert on it is called. */
  title: string;
  /** What a weekly review advises against it. */
  step: string;
  /** The sets of log fields any of which is enough to prove it. */
  provedBy: readonly (readonly LogField[])[];
  /** Its colour in both themes, told apart from its neighbours' and never used without its name. */
  ink: { dark: string; light: string };
}
