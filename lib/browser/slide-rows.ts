"use client";

import { type RefObject, useLayoutEffect, useRef } from "react";

const slideMs = 180;

/**
 * Rows that newer ones push down slide to their new place, from where they were: the eye keeps them, and nothing jumps.
 * The rows of the table in `box` are its `[data-index]`, in the order of `rows`.
 */
export function useSlide(
  box: RefObject<HTMLElement | null>,
  rows: readonly { id: string }[],
): void {
  const newest = useRef<string | null>(null);
  useLayoutEffect(() => {
    const before = newest.current;
    newest.current = rows[0]?.id ?? null;
    if (before === null || before === newest.current || !box.current) return;
    // Where somebody scrolled, the browser holds what they read in its place.
    if (window.scrollY > 0) return;
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const came = rows.findIndex(({ id }) => id === before);
    const drawn = [...box.current.querySelectorAll<HTMLElement>("[data-index]")];
    const first = drawn[0];
    const pushed = drawn.find(({ dataset }) => dataset.index === String(came));
    if (came <= 0 || !first || !pushed) return;
    // Places in the table, whatever slides over it by now.
    const by = pushed.offsetTop - first.offsetTop;
    for (const row of drawn.slice(drawn.indexOf(pushed)))
      row.animate([{ transform: `translateY(${-by}px)` }, { transform: "none" }], {
        duration: slideMs,
        easing: "ease-out",
      });
  }, [box, rows]);
}
