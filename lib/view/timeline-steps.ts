/** Which requests of a session are in view, and which of them are asked for. */
import type { Step, TimelineModel } from "./timeline";
import type { Span } from "./timeline-scale";

/** The steps whose request touches the window. */
export function stepsIn(
  { steps, reach }: Pick<TimelineModel, "steps" | "reach">,
  window: Span,
): Step[] {
  // Neither a step before the first of these nor one after the last can touch it.
  const first = countWhere(reach, (end) => end < window.from);
  const last = countWhere(steps, (step) => step.start <= window.to);
  const near = steps.slice(first, last);
  return near.every((step) => step.end >= window.from)
    ? near
    : near.filter((step) => step.end >= window.from);
}

/** How many of the first items hold, where none holds after one that does not. */
function countWhere<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && holds(item)) low = middle + 1;
    else high = middle;
  }
  return low;
}

export const stepFilters = ["all", "hops", "missing", "errors"] as const;
export type StepFilter = (typeof stepFilters)[number];

export function stepMatches(step: Step, filter: StepFilter): boolean {
  switch (filter) {
    case "all":
      return true;
    case "hops":
      return step.hop !== null;
    case "missing":
      return step.loss !== null || step.events.some((event) => event.type === "session.missing");
    case "errors":
      return step.look === "client-error" || step.look === "server-error";
  }
}
