"use client";

import { useRouter } from "next/navigation";
import { startTransition, useCallback, useEffect } from "react";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { watchReturn } from "@/lib/browser/trouble";
import { awayDigest } from "@/lib/view/away-digest";

/** A page that failed as a whole; the bar above goes on working. */
export default function PageError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  const router = useRouter();
  // What failed was made on the server: to draw it again here would show the same.
  const again = useCallback(
    () =>
      startTransition(() => {
        router.refresh();
        reset();
      }),
    [router, reset],
  );
  const isAway = error.digest === awayDigest;
  useEffect(() => {
    if (!isAway) return;
    return watchReturn((away) => {
      if (away === null) again();
    });
  }, [isAway, again]);
  if (isAway)
    return (
      <div className="state min-h-[60vh]" role="alert">
        <h1>The database does not answer</h1>
        <p className="text-fg-2">This page comes by itself once it does.</p>
        <div className="pt-2">
          <Button look="primary" onClick={again}>
            Try now
          </Button>
        </div>
      </div>
    );
  return (
    <div className="state min-h-[60vh]" role="alert">
      <h1>This page failed</h1>
      <p className="text-fg-2">
        The server’s log tells why{error.digest ? ` under ${error.digest}` : ""}.
      </p>
      <div className="flex gap-2 pt-2">
        <Button look="primary" onClick={again}>
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
