"use client";

import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";

/**
 * A button that opens a sheet below it, in the browser's top layer: nothing clips it, Escape and a
 * click elsewhere close it. On a narrow screen it comes from below. Arrows move between its rows.
 */
export function Popover({
  trigger,
  label,
  className = "btn",
  end = false,
  id,
  children,
}: {
  trigger: ReactNode;
  /** The button's name where what it shows does not say it. */
  label?: string;
  className?: string;
  /** Aligned with the button's right edge. */
  end?: boolean;
  /** The button's id, for a shortcut that presses it. */
  id?: string;
  children: ReactNode | ((close: () => void) => ReactNode);
}) {
  const sheetId = useId();
  const button = useRef<HTMLButtonElement>(null);
  const sheet = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);

  const place = () => {
    const at = button.current?.getBoundingClientRect();
    if (!at) return;
    const style = sheet.current?.style;
    style?.setProperty("--top", `${at.bottom + 6}px`);
    if (end) style?.setProperty("--right", `${document.documentElement.clientWidth - at.right}px`);
    else style?.setProperty("--left", `${at.left}px`);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement)
      return;
    const rows = [...(sheet.current?.querySelectorAll<HTMLElement>(".pop-row") ?? [])];
    const at = rows.findIndex((row) => row.matches(":focus"));
    const next = rows.at((at + (event.key === "ArrowDown" ? 1 : -1)) % rows.length);
    event.preventDefault();
    next?.focus();
  };

  return (
    <>
      <button
        ref={button}
        id={id}
        type="button"
        className={className}
        aria-label={label}
        title={label}
        aria-haspopup="dialog"
        aria-expanded={open}
        popoverTarget={sheetId}
      >
        {trigger}
      </button>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrows move focus among its own buttons */}
      <div
        ref={sheet}
        id={sheetId}
        popover="auto"
        className={`pop ${end ? "end" : ""}`}
        onKeyDown={onKey}
        onBeforeToggle={(event) => {
          setOpen(event.newState === "open");
          place();
        }}
        onToggle={(event) => {
          if (event.newState !== "open") {
            // The row that had the focus is gone: it goes back to where the sheet came from.
            if (document.activeElement === document.body) button.current?.focus();
            return;
          }
          const first =
            sheet.current?.querySelector<HTMLElement>("[aria-current=true]") ??
            sheet.current?.querySelector<HTMLElement>("input, button, a");
          first?.focus();
        }}
      >
        {open &&
          (typeof children === "function"
            ? children(() => sheet.current?.hidePopover())
            : children)}
      </div>
    </>
  );
}

/** A row of a popover that is chosen from. */
export function PopRow({
  current = false,
  onChoose,
  children,
}: {
  current?: boolean;
  onChoose: () => void;
  children: ReactNode;
}) {
  return (
    <button
      type="button"
      className="pop-row"
      aria-current={current ? "true" : undefined}
      onClick={onChoose}
    >
      {children}
    </button>
  );
}
