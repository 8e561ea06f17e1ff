"use client";

import { useCallback, useLayoutEffect, useRef } from "react";

/** A function that stays the same one and runs what was given last: what takes it need not be drawn again. */
export function useLatest<Args extends unknown[], Result>(
  run: (...args: Args) => Result,
): (...args: Args) => Result {
  const latest = useRef(run);
  useLayoutEffect(() => {
    latest.current = run;
  });
  return useCallback((...args: Args) => latest.current(...args), []);
}
