"use client";

import { useQueryStates } from "nuqs";
import { useCallback, useSyncExternalStore } from "react";
import { isZone } from "@/lib/view/times";
import { pageParams } from "./page-params";

const zoneKeys = { tz: pageParams.tz };
const storageKey = "hopwatch-zone";
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", listener);
  };
}

function preferred(): string {
  return localStorage.getItem(storageKey) === "utc" ? "UTC" : localZone();
}

let ownZone: string | undefined;

/** The browser's own zone. Asked once: every time on the page wants it with every drawing, and asking is slow. */
export function localZone(): string {
  ownZone ??= Intl.DateTimeFormat().resolvedOptions().timeZone;
  return ownZone;
}

export interface ZoneChoice {
  zone: string;
  utc: boolean;
  /** Kept in the URL and remembered. */
  choose: (zone: "utc" | "local") => void;
}

/** The zone in which times are written: the URL's, else the reader's choice, else their own. UTC on the server. */
export function useZone(): ZoneChoice {
  const [{ tz }, setTz] = useQueryStates(zoneKeys, { history: "replace" });
  const preference = useSyncExternalStore(subscribe, preferred, () => "UTC");
  const asked = tz === "utc" ? "UTC" : tz && isZone(tz) ? tz : null;
  const zone = asked ?? preference;
  const choose = useCallback(
    (next: "utc" | "local") => {
      localStorage.setItem(storageKey, next);
      for (const notify of listeners) notify();
      void setTz({ tz: next === "utc" ? "utc" : null });
    },
    [setTz],
  );
  return { zone, utc: zone === "UTC", choose };
}
