"use client";

import { type RefObject, useEffect } from "react";
import { useLatest } from "@/lib/browser/latest";
import { panWindow, type Span, type TimeScale, zoomWindow } from "@/lib/view/timeline-scale";

/** Turning the wheel over the plot: with Ctrl it zooms about the pointer, sideways it pans; else the page scrolls. */
export function useWheel({
  box,
  spotOf,
  scale,
  outer,
  window,
  setWindow,
  upright,
}: {
  box: RefObject<HTMLElement | null>;
  spotOf: (event: { clientX: number; clientY: number }) => { along: number };
  scale: TimeScale;
  /** The scale over the whole session, in the same measure. */
  outer: () => TimeScale;
  window: Span;
  setWindow: (window: Span | null, history: "push" | "replace") => void;
  upright: boolean;
}): void {
  const turn = useLatest((factor: number, anchor: number, shift: number) => {
    const whole = outer();
    const zoomed = factor === 1 ? window : zoomWindow(whole, window, factor, anchor);
    setWindow(shift === 0 ? zoomed : panWindow(whole, zoomed, shift), "replace");
  });
  const anchorOf = useLatest((event: WheelEvent) =>
    Math.min(Math.max(spotOf(event).along / scale.length, 0), 1),
  );
  // React's wheel handlers are passive, and zooming must keep the page from scrolling.
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    let pending = 0;
    let factor = 1;
    let shift = 0;
    let anchor = 0.5;
    // Wheels turn faster than the screen: one change for each picture.
    const apply = () => {
      pending = 0;
      turn(factor, anchor, shift);
      factor = 1;
      shift = 0;
    };
    const later = () => {
      if (pending === 0) pending = requestAnimationFrame(apply);
    };
    const onWheel = (event: WheelEvent) => {
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        anchor = anchorOf(event);
        factor *= 1.0018 ** -event.deltaY;
        later();
        return;
      }
      const across = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
      if (across === 0 || Math.abs(across) < Math.abs(event.deltaY) * 0.6) return;
      if (upright) return;
      event.preventDefault();
      shift += across;
      later();
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => {
      cancelAnimationFrame(pending);
      element.removeEventListener("wheel", onWheel);
    };
  }, [box, turn, anchorOf, upright]);
}
