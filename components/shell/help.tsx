"use client";

import { useState } from "react";
import { keyLabel, useShortcut, useShortcutList } from "@/lib/browser/shortcuts";
import { IconButton } from "../ui/button";
import { Dialog } from "../ui/dialog";

/** The keys that work on this page. */
export function HelpButton() {
  const [open, setOpen] = useState(false);
  const shortcuts = useShortcutList();
  useShortcut("?", "Show this help", () => setOpen(true));
  return (
    <>
      <IconButton icon="help" label="Keyboard shortcuts" onClick={() => setOpen(true)} />
      <Dialog open={open} onClose={() => setOpen(false)} title="Keyboard shortcuts">
        <dl className="keys">
          {shortcuts.map((shortcut) => (
            <div key={shortcut.keys}>
              <dt>
                {shortcut.keys.split(/[ +]/).map((key) => (
                  <kbd className="kbd" key={key}>
                    {keyLabel(key)}
                  </kbd>
                ))}
              </dt>
              <dd>{shortcut.does}</dd>
            </div>
          ))}
        </dl>
        <p className="pt-4 text-12 text-fg-3">
          Drag over a chart to zoom into it; the browser’s Back undoes that. In a chart or a heatmap
          the arrow keys go from value to value, and Enter opens the sessions of a heatmap’s cell.
          Over a session’s timeline the wheel zooms with Ctrl and pans with Shift.
        </p>
      </Dialog>
    </>
  );
}
