"use client";

import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { useLive } from "@/lib/browser/live";
import { useShortcut } from "@/lib/browser/shortcuts";

/** Whether new requests join the session; the part in view stays as it was zoomed. */
export function LiveToggle() {
  const { state, pause, resume } = useLive();
  const on = state !== "paused";
  const toggle = on ? pause : resume;
  useShortcut("l", "Pause or resume live", toggle);
  return (
    <Button
      look={on ? "on" : "default"}
      aria-pressed={on}
      title="Pause or resume live (l)"
      onClick={toggle}
    >
      {on ? <i className={`dot ${state === "live" ? "pulse" : ""}`} /> : <Icon name="pause" />}
      {on ? "Live" : "Paused"}
    </Button>
  );
}
