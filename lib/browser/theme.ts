"use client";

import { useCallback, useSyncExternalStore } from "react";
import { storageKey } from "./theme-script";

export const themes = ["system", "dark", "light"] as const;
export type Theme = (typeof themes)[number];

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", listener);
  };
}

function read(): Theme {
  const stored = localStorage.getItem(storageKey);
  return stored === "dark" || stored === "light" ? stored : "system";
}

/** The theme and how to change it; remembered in this browser. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const theme = useSyncExternalStore(subscribe, read, (): Theme => "system");
  const choose = useCallback((next: Theme) => {
    if (next === "system") localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, next);
    document.documentElement.classList.remove("dark", "light");
    if (next !== "system") document.documentElement.classList.add(next);
    for (const notify of listeners) notify();
  }, []);
  return [theme, choose];
}
