"use client";

import dynamic from "next/dynamic";
import { useState } from "react";
import { useShortcut } from "@/lib/browser/shortcuts";
import { IconButton } from "../ui/button";

// Most readers never open it, and nobody on the first paint.
const PaletteDialog = dynamic(
  () => import("./palette-dialog").then((module) => module.PaletteDialog),
  { ssr: false },
);

/** Opens the palette: every page, thing and action by typing its name. */
export function Palette() {
  const [open, setOpen] = useState(false);
  const [wanted, setWanted] = useState(false);
  const show = () => {
    setWanted(true);
    setOpen(true);
  };
  useShortcut("Mod+k", "Go to or do anything", show);
  return (
    <>
      <IconButton
        icon="command"
        label="Go to or do anything (Ctrl or ⌘ and K)"
        aria-haspopup="dialog"
        onClick={show}
      />
      {wanted && <PaletteDialog open={open} close={() => setOpen(false)} />}
    </>
  );
}
