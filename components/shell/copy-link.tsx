"use client";

import { useCopy } from "@/lib/browser/copy";
import { permalink } from "@/lib/browser/permalink";
import { addressAtRest } from "@/lib/browser/resting-address";
import { useShortcut } from "@/lib/browser/shortcuts";
import { useZone } from "@/lib/browser/zone";
import { Button } from "../ui/button";
import { useToast } from "../ui/toast";

/** Copies an address that opens what is seen now, even when now is long past. */
export function CopyLink({
  ranged = true,
  follows = ranged,
}: {
  ranged?: boolean;
  follows?: boolean;
}) {
  const copy = useCopy();
  const say = useToast();
  const { zone } = useZone();
  const run = async () => {
    await addressAtRest();
    const link = permalink(window.location.href, Date.now(), zone, {
      ranged,
      follows,
    });
    if (await copy(link)) say("Link copied. It opens what you see now.");
    else say("The browser did not allow copying.", "bad");
  };
  useShortcut("y", "Copy a link to what is shown", run);
  return (
    <Button icon="link" onClick={run} className="copy-link" aria-label="Copy link">
      <span className="hide-m">Copy link</span>
    </Button>
  );
}
