"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { useNow } from "@/lib/browser/clock";
import { useBalancer, usePool, useRange } from "@/lib/browser/page-state";
import { useZone } from "@/lib/browser/zone";
import { formatDayClock, zoneName } from "@/lib/view/times";
import { pages } from "./nav";

/** On paper only: what the sheet shows, of when, and where it is found again. */
export function PrintHead() {
  const path = usePathname();
  const search = useSearchParams().toString();
  const { resolved } = useRange();
  const [pool] = usePool();
  const [lb] = useBalancer();
  const { zone } = useZone();
  const now = useNow();
  const page = pages.findLast((known) => path === known.path || path.startsWith(`${known.path}/`));
  const at = (moment: number) => formatDayClock(moment, zone, "second");
  return (
    <div className="print-only">
      <div className="print-head" suppressHydrationWarning>
        <b>Hopwatch, {page?.label ?? "page"}</b>
        <span>{pool === null ? "all pools" : `pool ${pool}`}</span>
        {lb !== null && <span>balancer {lb}</span>}
        <span suppressHydrationWarning>
          {`${at(resolved.from)} to ${at(resolved.to)} ${zoneName(resolved.to, zone)}`}
        </span>
        <span suppressHydrationWarning>printed {at(now)}</span>
        <span>{search ? `${path}?${search}` : path}</span>
      </div>
    </div>
  );
}
