"use client";

import { useState } from "react";

const storageKey = "hopwatch-name";

/** The name that this browser's user gave last; empty when none was. Only for what opens after the page is drawn. */
export function useRememberedName(): string {
  const [name] = useState(() => localStorage.getItem(storageKey) ?? "");
  return name;
}

export function rememberName(name: string): void {
  if (name === "") localStorage.removeItem(storageKey);
  else localStorage.setItem(storageKey, name);
}
