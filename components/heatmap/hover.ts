"use client";

import { useCallback, useSyncExternalStore } from "react";
import type { HeatmapMetric } from "@/lib/schemas/heatmap";
import type { HeatCell } from "@/lib/view/heatmap";

/** Where a pointer rests: a cell of which all heatmaps show the time. */
export interface HeatPoint extends HeatCell {
  metric: HeatmapMetric;
}

/**
 * The cell under the pointer. Kept beside React's state: a pointer moves with every picture, and only the marks that
 * follow it are drawn anew, not thousands of names and figures.
 */
export class HeatHover {
  #point: HeatPoint | null = null;
  readonly #listeners = new Set<() => void>();

  readonly point = (): HeatPoint | null => this.#point;

  set(point: HeatPoint | null): void {
    const known = this.#point;
    if (
      known === point ||
      (known &&
        point &&
        known.node === point.node &&
        known.column === point.column &&
        known.metric === point.metric)
    )
      return;
    this.#point = point;
    for (const listener of this.#listeners) listener();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

const nowhere = () => null;

/** The cell under the pointer, as `read` wants it; drawn anew only when that changes. */
export function useHeatHover<Wanted extends string | number | null>(
  hover: HeatHover,
  read: (point: HeatPoint | null) => Wanted,
): Wanted {
  const snapshot = useCallback(() => read(hover.point()), [hover, read]);
  return useSyncExternalStore<Wanted>(hover.subscribe, snapshot, () => read(nowhere()));
}
