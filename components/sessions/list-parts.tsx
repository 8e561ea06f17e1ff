"use client";

import { type InfiniteData, type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import { Button } from "@/components/ui/button";
import { errorText } from "@/components/ui/states";
import { isLong } from "@/lib/browser/live-keys";
import { useRange } from "@/lib/browser/page-state";
import { useShortcut } from "@/lib/browser/shortcuts";
import { useZone } from "@/lib/browser/zone";
import { formatCount } from "@/lib/view/numbers";
import { zoneName } from "@/lib/view/times";

/** `j` and `k` move the focus over the rows of a list; Enter does what a click does. */
export function useRowKeys(count: number, what: string, focus: (index: number) => void): void {
  const at = useRef(-1);
  const move = (by: 1 | -1) => {
    const focused = document.activeElement?.closest<HTMLElement>("[data-index]")?.dataset.index;
    const from = focused === undefined ? at.current : Number(focused);
    const next = Math.min(Math.max(from + by, 0), count - 1);
    if (count === 0) return;
    at.current = next;
    focus(next);
  };
  useShortcut("j", `Next ${what}`, () => move(1));
  useShortcut("k", `Previous ${what}`, () => move(-1));
}

/** All rows of the pages that were fetched; the same list while no page changes. */
export function useRows<Row>(data: InfiniteData<{ items: Row[] }> | undefined): Row[] {
  return useMemo(() => (data?.pages ?? []).flatMap((page) => page.items), [data]);
}

/** A list in which somebody reads far down does not move under them; this says so, and begins anew. */
export function Held({
  question,
  queryKey,
}: {
  question: { data: { pages: readonly unknown[] } | undefined };
  queryKey: QueryKey;
}) {
  const client = useQueryClient();
  if (!isLong(question.data)) return null;
  const anew = () => {
    window.scrollTo({ top: 0 });
    void client.resetQueries({ queryKey, exact: true });
  };
  return (
    <p className="ss-held noprint">
      This list holds still while you read on.
      <Button small icon="reload" onClick={anew}>
        Show the newest
      </Button>
    </p>
  );
}

/** Over the times of a list, with the zone in which they are written. */
export function TimeHeading() {
  const { zone } = useZone();
  const { resolved } = useRange();
  return (
    <>
      Time <span suppressHydrationWarning>({zoneName(resolved.to, zone)})</span>
    </>
  );
}

/** Holds the place of rows that are not drawn. */
export function Gap({ height, columns }: { height: number; columns: number }) {
  if (height <= 0) return null;
  return (
    <tr>
      <td colSpan={columns} style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}

/** The end of a list that is fetched piece by piece: comes near the screen, and the next piece is asked for. */
export function MoreRows({
  shown,
  what,
  hasMore,
  loading,
  error,
  more,
}: {
  shown: number;
  what: string;
  hasMore: boolean;
  loading: boolean;
  error: unknown;
  more: () => void;
}) {
  const ref = useRef<HTMLDivElement>(null);
  const ask = useRef(more);
  useEffect(() => {
    ask.current = more;
  });
  useEffect(() => {
    const element = ref.current;
    if (!element || !hasMore || loading || error) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) ask.current();
      },
      { rootMargin: "600px" },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [hasMore, loading, error]);
  return (
    <div ref={ref} className="ss-more">
      {error ? (
        <>
          <span role="alert">{errorText(error)}</span>
          <Button small onClick={more}>
            Retry
          </Button>
        </>
      ) : hasMore ? (
        <span>{loading ? "Loading more" : `${formatCount(shown)} ${what} so far`}</span>
      ) : (
        <span>{`${formatCount(shown)} ${what}. That is all.`}</span>
      )}
    </div>
  );
}
