"use client";

import { type ReactNode, useId, useRef } from "react";

/** Says more about what it wraps, on hover and on focus; the wrapped text must make sense without it. */
export function Tooltip({ text, children }: { text: ReactNode; children: ReactNode }) {
  const id = useId();
  const host = useRef<HTMLButtonElement>(null);
  const tip = useRef<HTMLSpanElement>(null);
  const show = () => {
    const at = host.current?.getBoundingClientRect();
    const element = tip.current;
    if (!at || !element || element.matches(":popover-open")) return;
    element.showPopover();
    const edge = 8;
    const left = at.left + at.width / 2 - element.offsetWidth / 2;
    const fits = at.top - element.offsetHeight - 6 > edge;
    element.style.left = `${Math.max(edge, Math.min(left, window.innerWidth - element.offsetWidth - edge))}px`;
    element.style.top = `${fits ? at.top - element.offsetHeight - 6 : at.bottom + 6}px`;
  };
  const hide = () => {
    if (tip.current?.matches(":popover-open")) tip.current.hidePopover();
  };
  return (
    <>
      <button
        type="button"
        ref={host}
        className="tip-host"
        aria-describedby={id}
        onMouseEnter={show}
        onMouseLeave={hide}
        onFocus={show}
        onBlur={hide}
        onKeyDown={(event) => {
          if (event.key === "Escape") hide();
        }}
      >
        {children}
      </button>
      <span ref={tip} id={id} role="tooltip" popover="manual" className="tip">
        {text}
      </span>
    </>
  );
}
