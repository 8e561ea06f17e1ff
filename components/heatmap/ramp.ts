"use client";

import { useEffect, useState } from "react";
import { rampOf } from "@/lib/view/heatmap-colour";

const shades = 64;

export interface Ramps {
  heat: string[];
  share: string[];
  line: string;
  control: string;
  bad: string;
  surface: string;
}

function read(): Ramps {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string) => style.getPropertyValue(name).trim();
  const nine = Array.from({ length: 9 }, (_, index) => index);
  return {
    heat: rampOf(
      nine.map((index) => value(`--h${index}`)),
      shades,
    ),
    share: rampOf(
      nine.map((index) => value(`--d${index}`)),
      shades,
    ),
    line: value("--surface"),
    control: value("--control"),
    bad: value("--bad"),
    surface: value("--surface"),
  };
}

/** The heat scales' colours in the theme at present, read anew when it changes; null until the page is drawn. */
export function useRamps(): Ramps | null {
  const [ramps, setRamps] = useState<Ramps | null>(null);
  useEffect(() => {
    const update = () => setRamps(read());
    update();
    const observer = new MutationObserver(update);
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
    const scheme = window.matchMedia("(prefers-color-scheme: light)");
    scheme.addEventListener("change", update);
    return () => {
      observer.disconnect();
      scheme.removeEventListener("change", update);
    };
  }, []);
  return ramps;
}

export function shadeOf(ramp: readonly string[], place: number): string {
  return ramp[Math.round(place * (ramp.length - 1))] ?? "transparent";
}
