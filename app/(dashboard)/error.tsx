"use client";

import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";

/** A page that failed as a whole; the bar above goes on working. */
export default function PageError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <div className="state min-h-[60vh]" role="alert">
      <h1>This page failed</h1>
      <p className="text-fg-2">
        The server’s log tells why{error.digest ? ` under ${error.digest}` : ""}.
      </p>
      <div className="flex gap-2 pt-2">
        <Button look="primary" onClick={reset}>
          Try again
        </Button>
        <CopyButton
          small={false}
          label="Copy details"
          text={[error.name, error.message, error.digest].filter(Boolean).join("\n")}
        />
      </div>
    </div>
  );
}
