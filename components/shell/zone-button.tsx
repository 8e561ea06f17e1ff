"use client";

import { useNow } from "@/lib/browser/clock";
import { useZone } from "@/lib/browser/zone";
import { zoneName } from "@/lib/view/times";
import { Button } from "../ui/button";

/** Switches between the reader's own time and UTC. */
export function ZoneButton() {
  const { zone, utc, choose } = useZone();
  const now = useNow();
  const name = zoneName(now, zone);
  return (
    <Button
      icon="globe"
      className="hide-s"
      title={utc ? "Show local time" : "Show UTC"}
      aria-label={`Times in ${name}. ${utc ? "Show local time" : "Show UTC"}`}
      onClick={() => choose(utc ? "local" : "utc")}
    >
      {name}
    </Button>
  );
}
