"use client";

import { useSyncExternalStore } from "react";

const never = () => () => {};

/** False while the browser takes over what the server drew, true from then on. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
