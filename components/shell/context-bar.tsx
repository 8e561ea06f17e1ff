import type { ReactNode } from "react";
import { CopyLink } from "./copy-link";
import { Freshness } from "./freshness";
import { LiveButton } from "./live-button";
import { PoolMenu } from "./pool-menu";
import { RangeMenu, RangeShift } from "./range-menu";
import { ZoneButton } from "./zone-button";

/** What the page is about: pool, time, live. `children` are the page's own controls, after the range. */
export function ContextBar({ children }: { children?: ReactNode }) {
  return (
    <section className="ctx" aria-label="What is shown">
      <PoolMenu />
      <RangeMenu />
      <RangeShift />
      <LiveButton />
      {children}
      <span className="flex-1" />
      <Freshness />
      <ZoneButton />
      <CopyLink />
    </section>
  );
}
