"use client";

import { type ReactNode, useId } from "react";
import { IconButton } from "./button";
import { useModal } from "./modal";

/** A modal sheet. Escape and a click beside it close it; focus returns to where it was. */
export function Dialog({
  open,
  onClose,
  title,
  children,
  wide = false,
}: {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  wide?: boolean;
}) {
  const modal = useModal(open, onClose);
  const id = useId();
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a modal dialog by itself
    <dialog
      {...modal}
      className={`sheet ${wide ? "wide" : ""}`}
      aria-labelledby={id}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      {open && (
        <div className="sheet-body">
          <div className="flex items-center gap-3">
            <h1 id={id}>{title}</h1>
            <span className="ml-auto">
              <IconButton icon="close" label="Close" onClick={onClose} />
            </span>
          </div>
          {children}
        </div>
      )}
    </dialog>
  );
}
