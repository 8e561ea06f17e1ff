"use client";

import "@/components/alerts/alerts.css";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { runbookOptions } from "@/lib/browser/queries/spread";
import type { Cause } from "@/lib/domain/causes";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Answer } from "../ui/states";

// Its words are read by few: they come when they are asked for.
const Runbook = dynamic(() =>
  import("@/components/alerts/runbook").then((module) => module.Runbook),
);

/** Opens what to do against a cause, the part on this balancer first. */
export function FixButton({
  cause,
  lb,
  label = "How to fix it",
}: {
  cause: Cause;
  lb: string;
  label?: string;
}) {
  const [open, setOpen] = useState(false);
  const question = useQuery({ ...runbookOptions({ name: cause, lb }), enabled: open });
  return (
    <>
      <Button small onClick={() => setOpen(true)} aria-haspopup="dialog">
        {label}
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={question.data?.title ?? `What to do about ${cause}`}
        wide
      >
        <Answer question={question} what="the runbook">
          {({ markdown, balancer }) => <Runbook markdown={markdown} balancer={balancer} />}
        </Answer>
      </Dialog>
    </>
  );
}
