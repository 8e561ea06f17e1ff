"use client";

import { useNow } from "@/lib/browser/clock";
import type { ListedChange } from "@/lib/schemas/changes";
import { intervalInPoints } from "@/lib/view/compare";
import { formatDuration } from "@/lib/view/numbers";
import { VerdictTag } from "./verdict-tag";

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
  if (verdictDue === null) return <span className="text-fg-3">–</span>;
  const wait = Date.parse(verdictDue) - now;
  return (
    <span className="text-12 text-fg-3" suppressHydrationWarning>
      {wait > 0 ? `judged in ${formatDuration(Math.ceil(wait / 60_000) * 60_000)}` : "being judged"}
    </span>
  );
}
