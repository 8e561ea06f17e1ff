"use client";

import { useEffect, useState } from "react";
import { flushSync } from "react-dom";

/** The CSS colours that were asked for, as a canvas takes them. */
export interface Inks {
  of: (css: string) => string;
  /** The page's own letters. */
  fontFamily: string;
}

/** All in one go: the browser reckons styles once for all of them. */
function read(colours: readonly string[]): Inks {
  const holder = document.createElement("div");
  holder.hidden = true;
  const probes = colours.map((css) => {
    const probe = document.createElement("i");
    probe.style.color = css;
    holder.append(probe);
    return { css, probe };
  });
  document.body.append(holder);
  const known = new Map(probes.map(({ css, probe }) => [css, getComputedStyle(probe).color]));
  holder.remove();
  const { fontFamily } = getComputedStyle(document.body);
  return { of: (css) => known.get(css) ?? "transparent", fontFamily };
}

/**
 * The theme's colours for a canvas, read anew when they change. Null where a canvas should not stand: before the page
 * is drawn, on paper (which wants shapes), and where the system replaces colours.
 *
 * @param colours as CSS has them (`var(--bad)`); the same list on each call
 */
export function useInks(colours: readonly string[]): Inks | null {
  const [inks, setInks] = useState<Inks | null>(null);
  useEffect(() => {
    const paper = window.matchMedia("print");
    const forced = window.matchMedia("(forced-colors: active)");
    const light = window.matchMedia("(prefers-color-scheme: light)");
    const update = () => setInks(paper.matches || forced.matches ? null : read(colours));
    // The browser takes its picture for the paper as soon as it has told of it.
    const turnPage = () => flushSync(update);
    update();
    void document.fonts.ready.then(update);
    const observer = new MutationObserver(update);
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
    forced.addEventListener("change", update);
    light.addEventListener("change", update);
    paper.addEventListener("change", turnPage);
    return () => {
      observer.disconnect();
      forced.removeEventListener("change", update);
      light.removeEventListener("change", update);
      paper.removeEventListener("change", turnPage);
    };
  }, [colours]);
  return inks;
}
