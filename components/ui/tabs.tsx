"use client";

import { type KeyboardEvent, type ReactNode, useId, useRef } from "react";

export interface TabItem<Id extends string> {
  id: Id;
  label: ReactNode;
  /** Shown after the label where known. */
  count?: string;
}

/** Tabs over one panel: arrows move, the panel follows. `children` is the panel of the chosen tab. */
export function Tabs<Id extends string>({
  label,
  items,
  value,
  onChange,
  actions,
  children,
}: {
  label: string;
  items: TabItem<Id>[];
  value: Id;
  onChange: (id: Id) => void;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const base = useId();
  const list = useRef<HTMLDivElement>(null);
  const onKey = (event: KeyboardEvent) => {
    const at = items.findIndex((item) => item.id === value);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const next =
      step !== undefined
        ? items.at((at + step) % items.length)
        : event.key === "Home"
          ? items[0]
          : event.key === "End"
            ? items.at(-1)
            : undefined;
    if (!next) return;
    event.preventDefault();
    onChange(next.id);
    list.current?.querySelector<HTMLElement>(`[data-tab="${next.id}"]`)?.focus();
  };
  return (
    <>
      <div className="tabs">
        <div role="tablist" aria-label={label} ref={list} onKeyDown={onKey}>
          {items.map((item) => (
            <button
              key={item.id}
              type="button"
              role="tab"
              id={`${base}-${item.id}`}
              data-tab={item.id}
              aria-selected={item.id === value}
              aria-controls={`${base}-panel`}
              tabIndex={item.id === value ? 0 : -1}
              onClick={() => onChange(item.id)}
            >
              {item.label}
              {item.count !== undefined && <span className="text-fg-3">{item.count}</span>}
            </button>
          ))}
        </div>
        {actions && <span className="ml-auto flex items-center gap-2">{actions}</span>}
      </div>
      <div role="tabpanel" id={`${base}-panel`} aria-labelledby={`${base}-${value}`}>
        {children}
      </div>
    </>
  );
}
