"use client";

import { useNow } from "@/lib/browser/clock";
import { useShortcut } from "@/lib/browser/shortcuts";
import { useZone } from "@/lib/browser/zone";
import { zoneName } from "@/lib/view/times";
import { Button } from "../ui/button";

/** Switches between the reader's own time and UTC. */
export function ZoneButton() {
  const { zone, utc, choose } = useZone();
  const now = useNow();
  const name = zoneName(now, zone);
  const toggle = () => choose(utc ? "local" : "utc");
  useShortcut("u", "Switch between local time and UTC", toggle);
  return (
    <Button
      icon="globe"
      title={utc ? "Show local time" : "Show UTC"}
      aria-label={`Times in ${name}. ${utc ? "Show local time" : "Show UTC"}`}
      onClick={toggle}
    >
      {name}
    </Button>
  );
}
