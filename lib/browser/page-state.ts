"use client";

import { useSearchParams } from "next/navigation";
import { useQueryStates } from "nuqs";
import { useCallback, useMemo } from "react";
import {
  type AbsoluteRange,
  absoluteRange,
  defaultRange,
  followsNow,
  resolveRange,
  type TimeRange,
} from "@/lib/view/time-range";
import { useNow } from "./clock";
import { carriedHref, carriedOf, pageParams, type RangeParams, rangeParams } from "./page-params";

const rangeKeys = { from: pageParams.from, to: pageParams.to };
const poolKeys = { pool: pageParams.pool };
const lbKeys = { lb: pageParams.lb };
const liveKeys = { live: pageParams.live };

export interface PageRange {
  range: TimeRange;
  /** Both ends in epoch ms at the present moment; moves once a second where the range follows now. */
  resolved: AbsoluteRange;
  follows: boolean;
  /** True when the URL holds a range that cannot be understood; the default is shown instead. */
  invalid: boolean;
  setRange: (range: TimeRange) => void;
  /** Zooms to a span in epoch ms. Back in the browser undoes it. */
  zoomTo: (from: number, to: number) => void;
}

/** The range that the page shows, kept in the URL. */
export function useRange(): PageRange {
  const [written, setWritten] = useQueryStates(rangeKeys, { history: "push" });
  const now = useNow();
  const asked = resolveRange(written, now);
  const range = asked ? written : defaultRange;
  const resolved = asked ?? resolveRange(defaultRange, now) ?? { from: now - 3_600_000, to: now };
  const setRange = useCallback(
    (next: TimeRange) => void setWritten({ from: next.from, to: next.to }),
    [setWritten],
  );
  const zoomTo = useCallback(
    (from: number, to: number) => setRange(absoluteRange(from, to)),
    [setRange],
  );
  return {
    range,
    resolved,
    follows: followsNow(range),
    invalid: asked === null,
    setRange,
    zoomTo,
  };
}

/** The pool that the page shows; null for all. */
export function usePool(): [string | null, (pool: string | null) => void] {
  const [{ pool }, setPool] = useQueryStates(poolKeys, { history: "push" });
  const choose = useCallback((next: string | null) => void setPool({ pool: next }), [setPool]);
  return [pool, choose];
}

/** The load balancer that the page shows; null for all. */
export function useBalancer(): [string | null, (lb: string | null) => void] {
  const [{ lb }, setLb] = useQueryStates(lbKeys, { history: "push" });
  const choose = useCallback((next: string | null) => void setLb({ lb: next }), [setLb]);
  return [lb, choose];
}

/** Whether the reader wants the page to move with new data. */
export function useLiveChoice(): [boolean, (live: boolean) => void] {
  const [{ live }, setLive] = useQueryStates(liveKeys, { history: "replace" });
  const choose = useCallback((next: boolean) => void setLive({ live: next }), [setLive]);
  return [live, choose];
}

/**
 * Range and pool as the parameters of a question; the same object while neither changes. What asks is not drawn anew
 * with each second, as with `useRange`.
 */
export function useRangeParams(): RangeParams {
  const [{ from, to }] = useQueryStates(rangeKeys, { history: "push" });
  const [pool] = usePool();
  return useMemo(() => rangeParams({ from, to, pool }, Date.now()), [from, to, pool]);
}

/** Builds links to other pages that keep range, pool and zone. */
export function useCarriedHref(): (path: string, more?: Record<string, string | null>) => string {
  // The same function while what it carries is the same: most of what an address holds is the page's own.
  const carried = carriedOf(useSearchParams());
  return useCallback(
    (path, more) => carriedHref(path, new URLSearchParams(carried), more),
    [carried],
  );
}
