import type { EpochMs } from "@/lib/domain/facts";
import type { Chance } from "./chance";
import { isWithin, type Window } from "./story";

/** The shop's session store: while it is away nothing is found or kept, and a part of what it knew is gone afterwards. */
export class ShopStore {
  readonly #kept = new Map<string, { at: EpochMs; survives: boolean }>();

  constructor(
    private readonly outages: Window[],
    private readonly chance: Chance,
  ) {}

  isAway(at: EpochMs): boolean {
    return isWithin(this.outages, at);
  }

  create(at: EpochMs): string {
    const key = this.chance.hex(32);
    if (!this.isAway(at)) this.#kept.set(key, { at, survives: this.chance.happens(0.7) });
    return key;
  }

  knows(key: string, at: EpochMs): boolean {
    const session = this.#kept.get(key);
    if (!session || this.isAway(at)) return false;
    const lost = this.outages.some((outage) => session.at < outage.from && at >= outage.to);
    return !lost || session.survives;
  }
}
