"use client";

import { useNow } from "@/lib/browser/clock";
import { useLive } from "@/lib/browser/live";
import { useRange } from "@/lib/browser/page-state";
import { useShortcut } from "@/lib/browser/shortcuts";
import { formatDuration } from "@/lib/view/numbers";
import { defaultRange } from "@/lib/view/time-range";
import { Button } from "../ui/button";

/** Whether the page moves with new data, and the way to change that. */
export function LiveButton() {
  const { state, pausedAt, pause, resume } = useLive();
  const { follows, setRange } = useRange();
  const now = useNow();
  const toggle = () => {
    if (!follows) setRange(defaultRange);
    if (state === "paused") resume();
    else if (follows) pause();
  };
  useShortcut("l", "Pause or resume live", toggle);
  if (!follows)
    return (
      <Button icon="play" onClick={toggle} title="Show the last hour, moving with new data (l)">
        Go live
      </Button>
    );
  if (state === "paused") {
    const behind = pausedAt === null ? 0 : now - pausedAt;
    return (
      <Button icon="play" onClick={toggle} title="Resume (l)">
        {behind >= 5000 ? `Resume, ${formatDuration(behind)} behind` : "Resume"}
      </Button>
    );
  }
  if (state === "reconnecting")
    return (
      <Button look="warn" onClick={toggle} title="The connection was lost and is being tried again">
        <span className="dot" />
        Reconnecting
      </Button>
    );
  return (
    <Button look="on" onClick={toggle} aria-pressed="true" title="Pause (l)">
      <span className={state === "live" ? "dot pulse" : "dot"} />
      Live
    </Button>
  );
}
