import type { Mark } from "@/lib/view/overview-changes";

/** The next node of a roll-out follows within this time. */
const nextNodeMs = 10 * 60_000;

function isStep({ change }: Mark): boolean {
  return change.kind === "node-drain" || change.kind === "node-maintenance";
}

/**
 * Which roll-out each change belongs to, in the order given: nodes of one pool that were taken out one after another,
 * with the deploy, reload or other change that came before them. Told by the place of its first change.
 *
 * @param marks in the order of their time
 */
export function rolloutsOf(marks: readonly Mark[]): number[] {
  const running = new Map<string | null, { first: number; lastAt: number }>();
  return marks.map((mark, place) => {
    const at = Date.parse(mark.change.at);
    // A deploy that names no pool concerns each.
    const goesOn = [mark.change.pool, null]
      .map((pool) => running.get(pool))
      .find((rollout) => rollout !== undefined && at - rollout.lastAt <= nextNodeMs);
    if (isStep(mark) && goesOn) {
      goesOn.lastAt = at;
      return goesOn.first;
    }
    running.set(mark.change.pool, { first: place, lastAt: at });
    return place;
  });
}
