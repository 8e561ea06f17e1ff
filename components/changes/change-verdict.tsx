"use client";

import { useNow } from "@/lib/browser/clock";
import type { ListedChange } from "@/lib/schemas/changes";
import { intervalInPoints } from "@/lib/view/compare";
import { formatDuration } from "@/lib/view/numbers";
import { VerdictTag } from "./verdict-tag";

/** Why no verdict comes by itself. */
function unjudged({ posted, kind }: ListedChange): string {
  const isOwn = !posted && (kind === "node-down" || kind === "node-up");
  return isOwn
    ? "Nodes that go down or come back by themselves are not judged. Open it to compare both sides."
    : "It was told more than five weeks after it happened. Open it to compare both sides.";
}

/** What the change did to continuity, with the interval; or when that is known. */
export function ChangeVerdict({ change }: { change: ListedChange }) {
  const now = useNow();
  const { verdict, verdictDue } = change;
  if (verdict)
    return (
      <span className="inline-flex items-center gap-2" title={verdict.words}>
        <VerdictTag verdict={verdict.verdict} />
        {verdict.interval && (
          <span className="text-12 text-fg-2">{intervalInPoints(verdict.interval)}</span>
        )}
      </span>
    );
  if (verdictDue === null)
    return (
      <span className="text-12 text-fg-3" title={unjudged(change)}>
        not judged
      </span>
    );
  const wait = Date.parse(verdictDue) - now;
  return (
    <span className="text-12 text-fg-3" suppressHydrationWarning>
      {wait > 0 ? `judged in ${formatDuration(Math.ceil(wait / 60_000) * 60_000)}` : "being judged"}
    </span>
  );
}
