"use client";

import { useEffect, useState } from "react";
import { useCopy } from "@/lib/browser/copy";
import { Button } from "./button";
import { useToast } from "./toast";

/** Copies a text and says so in its own place for a moment. */
export function CopyButton({
  text,
  label = "Copy",
  small = true,
}: {
  text: string;
  label?: string;
  small?: boolean;
}) {
  const copy = useCopy();
  const say = useToast();
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 1600);
    return () => clearTimeout(timer);
  }, [done]);
  return (
    <Button
      small={small}
      icon={done ? "check" : "copy"}
      onClick={async () => {
        if (await copy(text)) setDone(true);
        else say("The browser did not allow copying. Select the text instead.", "bad");
      }}
    >
      {done ? "Copied" : label}
    </Button>
  );
}
