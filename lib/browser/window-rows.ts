"use client";

import { useWindowVirtualizer, type Virtualizer } from "@tanstack/react-virtual";
import { type RefObject, useCallback, useEffect, useRef, useState } from "react";

export interface WindowRows {
  virtual: Virtualizer<Window, Element>;
  /** For the element that holds the table. */
  box: RefObject<HTMLElement | null>;
  /** Pixels of rows that are not in the page, above and below those that are. */
  above: number;
  below: number;
  /** Brings a row on the screen and focuses its link or button. */
  focus: (index: number) => void;
}

const headHeight = 26;

/** Rows of a long table that scrolls with the page: only those on the screen are drawn. */
export function useWindowRows(count: number, rowHeight: number): WindowRows {
  const box = useRef<HTMLElement>(null);
  const wanted = useRef<number | null>(null);
  const [margin, setMargin] = useState(0);
  useEffect(() => {
    const measure = () => {
      const top = box.current?.getBoundingClientRect().top;
      if (top !== undefined) setMargin(Math.round(top + window.scrollY + headHeight));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, []);

  const virtual = useWindowVirtualizer({
    count,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollMargin: margin,
    initialRect: { width: 1000, height: 900 },
  });
  const items = virtual.getVirtualItems();
  const first = items[0];
  const last = items.at(-1);

  const tryFocus = useCallback(() => {
    if (wanted.current === null) return;
    const target = box.current?.querySelector<HTMLElement>(
      `[data-index="${wanted.current}"] :is(a, button).cover`,
    );
    if (!target) return;
    wanted.current = null;
    target.focus({ preventScroll: true });
  }, []);
  // After every drawing: the row may only now be in the page.
  useEffect(tryFocus);

  const focus = useCallback(
    (index: number) => {
      wanted.current = index;
      virtual.scrollToIndex(index, { align: "auto" });
      tryFocus();
    },
    [virtual, tryFocus],
  );

  return {
    virtual,
    box,
    above: first ? Math.max(first.start - margin, 0) : 0,
    below: last ? Math.max(virtual.getTotalSize() - (last.end - margin), 0) : 0,
    focus,
  };
}
