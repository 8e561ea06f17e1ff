"use client";

import {
  debounce,
  parseAsArrayOf,
  parseAsBoolean,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
  useQueryStates,
} from "nuqs";
import { useCallback, useMemo } from "react";
import { useNow } from "@/lib/browser/clock";
import { addressFollows, restMs } from "@/lib/browser/resting-address";
import { resolveTime } from "@/lib/view/time-range";
import type { Hop, Step, TimelineModel } from "@/lib/view/timeline";
import { coversAll, type Span } from "@/lib/view/timeline-scale";
import { type StepFilter, stepFilters } from "@/lib/view/timeline-steps";

const keys = {
  /** The brush; absent: the whole session. */
  from: parseAsString,
  to: parseAsString,
  /** The number of the selected hop. */
  hop: parseAsInteger,
  /** The id of the selected request; where both are given and differ, it wins: late facts may renumber hops. */
  request: parseAsString,
  fold: parseAsBoolean.withDefault(true),
  filter: parseAsStringLiteral(stepFilters).withDefault("all"),
  hide: parseAsArrayOf(parseAsString).withDefault([]),
};

/**
 * While a gesture goes on, what is shown follows at once and the address when it rests: writing an address makes
 * every link of the page anew.
 */
const whenItRests = { limitUrlUpdates: debounce(restMs) };

export interface TimelineState {
  window: Span;
  whole: boolean;
  /** `replace` while a gesture goes on, `push` at its end: Back undoes a zoom. */
  setWindow: (window: Span | null, history: "push" | "replace") => void;
  selected: Step | null;
  select: (step: Step | null) => void;
  fold: boolean;
  setFold: (fold: boolean) => void;
  filter: StepFilter;
  setFilter: (filter: StepFilter) => void;
  hidden: ReadonlySet<string>;
  setHidden: (hidden: ReadonlySet<string>) => void;
}

/** Zoom, selection, filter and hidden lanes, all in the URL, so that a pasted link opens as it was seen. */
export function useTimelineState(model: TimelineModel): TimelineState {
  const [url, setUrl] = useQueryStates(keys, { history: "replace" });
  const now = useNow();
  const { bounds } = model;
  const from = url.from === null ? null : resolveTime(url.from, now);
  const to = url.to === null ? null : resolveTime(url.to, now);
  const usable = from !== null && to !== null && from < to && from < bounds.to && to > bounds.from;
  const start = usable ? Math.max(from, bounds.from) : bounds.from;
  const end = usable ? Math.min(to, bounds.to) : bounds.to;
  const window = useMemo(() => ({ from: start, to: end }), [start, end]);

  const selected = useMemo(
    () => selectedStep(model, url.request, url.hop),
    [model, url.request, url.hop],
  );
  const hideKey = url.hide.join(",");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list is a new array on each read; its text says when it changed
  const hidden = useMemo(() => new Set(url.hide), [hideKey]);

  const setWindow = useCallback(
    (next: Span | null, history: "push" | "replace") => {
      const all = next === null || coversAll(next, bounds);
      addressFollows();
      void setUrl(
        all
          ? { from: null, to: null }
          : { from: new Date(next.from).toISOString(), to: new Date(next.to).toISOString() },
        { ...whenItRests, history },
      );
    },
    [setUrl, bounds],
  );
  const select = useCallback(
    (step: Step | null) => {
      addressFollows();
      void setUrl(
        { request: step?.request.id ?? null, hop: step?.hop?.number ?? null },
        whenItRests,
      );
    },
    [setUrl],
  );
  const setFold = useCallback((fold: boolean) => void setUrl({ fold }), [setUrl]);
  const setFilter = useCallback((filter: StepFilter) => void setUrl({ filter }), [setUrl]);
  const setHidden = useCallback(
    (next: ReadonlySet<string>) => void setUrl({ hide: next.size === 0 ? null : [...next] }),
    [setUrl],
  );

  const { fold, filter } = url;
  return useMemo(
    () => ({
      window,
      whole: coversAll(window, bounds),
      setWindow,
      selected,
      select,
      fold,
      setFold,
      filter,
      setFilter,
      hidden,
      setHidden,
    }),
    [
      window,
      bounds,
      setWindow,
      selected,
      select,
      fold,
      setFold,
      filter,
      setFilter,
      hidden,
      setHidden,
    ],
  );
}

function selectedStep(model: TimelineModel, request: string | null, hop: number | null) {
  const byRequest = request === null ? undefined : model.byRequest.get(request);
  if (byRequest) return byRequest;
  const byHop = hop === null ? undefined : model.hops.find((one) => one.number === hop);
  return byHop ? (model.steps[byHop.to] ?? null) : null;
}

/** The hop after or before the selection; without one, the first or the last. */
export function nextHop(hops: readonly Hop[], selected: Step | null, by: 1 | -1): Hop | null {
  if (!selected) return (by === 1 ? hops[0] : hops.at(-1)) ?? null;
  const later = hops.filter((hop) =>
    by === 1 ? hop.to > selected.index : hop.to < selected.index,
  );
  return (by === 1 ? later[0] : later.at(-1)) ?? null;
}
