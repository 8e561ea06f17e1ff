import { Course, type Grid, gridOf, minuteMs } from "./grid";
import type { PoolFacts } from "./pool-facts";

/** The requests of each of a pool's nodes, minute by minute; kept, as several measures look at them. */
export class RequestsByNode {
  readonly grid: Grid;
  private readonly known = new Map<string | null, ReadonlyMap<string, Course>>();

  constructor(private readonly facts: Pick<PoolFacts, "from" | "clock" | "load">) {
    this.grid = gridOf(facts.from, facts.clock, minuteMs);
  }

  /** Those that came through one balancer, or any (null). */
  through(lb: string | null): ReadonlyMap<string, Course> {
    const known = this.known.get(lb);
    if (known) return known;
    const made = Course.byKey(this.grid, this.facts.load, {
      key: (row) => (lb === null || row.lb === lb ? row.node : ""),
      at: (row) => row.minute,
      n: (row) => row.requests,
    });
    this.known.set(lb, made);
    return made;
  }
}
