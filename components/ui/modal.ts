"use client";

import { type RefObject, type SyntheticEvent, useEffect, useRef } from "react";

/** What a `dialog` element needs to be shown over the page while it is open: spread it. */
export function useModal(
  open: boolean,
  close: () => void,
): {
  ref: RefObject<HTMLDialogElement | null>;
  onClose: (event: SyntheticEvent<HTMLDialogElement>) => void;
} {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    if (!dialog) return;
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
  }, [open]);
  const onClose = (event: SyntheticEvent<HTMLDialogElement>) => {
    // The browser tells of a close later: by then it may have been opened again.
    if (!event.currentTarget.open) close();
  };
  return { ref, onClose };
}
