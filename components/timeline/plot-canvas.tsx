"use client";

import { memo, useLayoutEffect, useRef } from "react";
import type { Inks } from "@/lib/browser/inks";
import { paintSession, type SessionPicture } from "./session-ink";

/** The session on a canvas: as many requests as there are cost one picture, and no element each. */
export const PlotCanvas = memo(function PlotCanvas({
  inks,
  frame,
  layout,
  scale,
  ordinalOf,
  ghosts,
}: SessionPicture & { inks: Inks }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height, origin } = frame;
  // Before the browser draws: axis and lanes above and below must not be a picture ahead.
  useLayoutEffect(() => {
    const element = canvas.current;
    const pen = element?.getContext("2d");
    if (!element || !pen) return;
    const ratio = window.devicePixelRatio || 1;
    const across = Math.round(width * ratio);
    const down = Math.round(height * ratio);
    // Setting a size, even the same, makes a new surface.
    if (element.width !== across) element.width = across;
    if (element.height !== down) element.height = down;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.translate(origin.x, origin.y);
    paintSession(pen, { frame, layout, scale, ordinalOf, ghosts }, inks);
  }, [inks, frame, layout, scale, ordinalOf, ghosts, width, height, origin]);
  return <canvas ref={canvas} className="tl-canvas" style={{ width, height }} />;
});
