"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { demoOptions, removeDemoOptions } from "@/lib/browser/queries/demo";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { errorText } from "../ui/states";
import { useToast } from "../ui/toast";

/** Says that what is shown is a demo, and takes it away. */
export function DemoBanner() {
  const client = useQueryClient();
  const { data } = useQuery(demoOptions());
  const remove = useMutation(removeDemoOptions(client));
  const [asking, setAsking] = useState(false);
  const say = useToast();
  if (!data?.present && !data?.running) return null;
  const go = () =>
    remove.mutate(undefined, {
      onSuccess: () => {
        setAsking(false);
        say("Demo data removed.");
      },
      onError: (error) => say(errorText(error), "bad"),
    });
  return (
    <div className="demo-banner">
      <b>Demo data</b>
      <span className="text-fg-2">
        {data.running
          ? "A made-up shop is being played, as real log lines."
          : "These lines are of a made-up shop."}
      </span>
      <Button small onClick={() => setAsking(true)}>
        Remove
      </Button>
      <Dialog open={asking} onClose={() => setAsking(false)} title="Remove the demo data?">
        <p className="pt-2 text-fg-2">
          The demo’s sources, requests, sessions and bounces go. Your own data stay.
        </p>
        <div className="flex justify-end gap-2 pt-4">
          <Button onClick={() => setAsking(false)}>Keep</Button>
          <Button look="danger" icon="trash" disabled={remove.isPending} onClick={go}>
            {remove.isPending ? "Removing" : "Remove demo data"}
          </Button>
        </div>
      </Dialog>
    </div>
  );
}
