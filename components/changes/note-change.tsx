"use client";

import dynamic from "next/dynamic";
import { useState } from "react";
import { useShortcut } from "@/lib/browser/shortcuts";
import { IconButton } from "../ui/button";

const ChangeDialog = dynamic(() => import("./change-dialog").then((found) => found.ChangeDialog));

/** A button, and the key `m`, that note a change by hand at a moment (epoch ms; null: now). */
export function NoteChange({ at, pool }: { at: number | null; pool: string | null }) {
  const [open, setOpen] = useState(false);
  useShortcut("m", "Note a change", () => setOpen(true));
  return (
    <>
      <IconButton icon="plus" label="Note a change" onClick={() => setOpen(true)} />
      {open && <ChangeDialog open onClose={() => setOpen(false)} start={{ at, pool }} />}
    </>
  );
}
