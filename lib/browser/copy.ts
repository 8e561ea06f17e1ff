"use client";

import { useCallback } from "react";

/** Copies a text to the clipboard; false where the browser refuses. */
export function useCopy(): (text: string) => Promise<boolean> {
  return useCallback(async (text) => {
    if (navigator.clipboard) {
      try {
        await navigator.clipboard.writeText(text);
        return true;
      } catch (error) {
        if (!(error instanceof DOMException)) throw error;
      }
    }
    return copyBySelection(text);
  }, []);
}

/** Plain HTTP on another host has no clipboard interface; selecting and copying still works there. */
function copyBySelection(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  const parent = document.querySelector("dialog[open]") ?? document.body;
  const focused = document.activeElement;
  parent.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return done;
}
