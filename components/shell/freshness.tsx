"use client";

import { useQuery } from "@tanstack/react-query";
import { useNow } from "@/lib/browser/clock";
import { useLive } from "@/lib/browser/live";
import { usePool, useRange } from "@/lib/browser/page-state";
import { demoOptions } from "@/lib/browser/queries/demo";
import { poolsOptions } from "@/lib/browser/queries/pools";
import { formatDuration } from "@/lib/view/numbers";
import { epochOf } from "@/lib/view/times";
import { Tag } from "../ui/tag";
import { Time } from "../ui/time";

const staleMs = 60_000;

/** When the newest line began, epoch ms; null when nothing is known. */
export function useNewest(): number | null {
  const { newestAt } = useLive();
  const [pool] = usePool();
  const { data } = useQuery(poolsOptions());
  const seen = (data?.items ?? [])
    .filter((candidate) => pool === null || candidate.name === pool)
    .flatMap((candidate) => (candidate.lastSeen === null ? [] : [epochOf(candidate.lastSeen)]));
  // The stream tells of all pools: it only counts where all are shown.
  if (pool === null && newestAt !== null) seen.push(newestAt);
  return seen.length > 0 ? Math.max(...seen) : null;
}

/** Up to when the demo's past has been read in, epoch ms; null when none is being read in. */
export function useDemoProgress(): number | null {
  const { data } = useQuery(demoOptions());
  const [pool] = usePool();
  const newest = useNewest();
  const now = useNow();
  const isBehind = newest !== null && now - newest > staleMs;
  return data?.running === true && pool === null && isBehind ? newest : null;
}

/** How old the newest line is; amber when nothing came for a minute. */
export function Freshness() {
  const newest = useNewest();
  const now = useNow();
  const { follows } = useRange();
  const reached = useDemoProgress();
  if (newest === null) return null;
  if (reached !== null)
    return (
      <Tag>
        The demo is read in, <Time at={reached} precision="minute" /> so far
      </Tag>
    );
  const age = Math.max(0, now - newest);
  if (follows && age > staleMs)
    return <Tag tone="warn">No new lines for {formatDuration(age)}</Tag>;
  return (
    <span className="hide-s text-12 text-fg-3" suppressHydrationWarning>
      Newest line {formatDuration(age)} ago
    </span>
  );
}
