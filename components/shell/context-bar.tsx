import type { ReactNode } from "react";
import { BalancerMenu } from "./balancer-menu";
import { CopyLink } from "./copy-link";
import { Freshness } from "./freshness";
import { LiveButton } from "./live-button";
import { PoolMenu } from "./pool-menu";
import { PrintHead } from "./print-head";
import { RangeMenu, RangeShift } from "./range-menu";
import { ZoneButton } from "./zone-button";

/** What the page is about: pool, time, live. `children` are the page's own controls, after the range. */
export function ContextBar({
  balancers = false,
  children,
}: {
  /** Whether the page can show one load balancer's part. */
  balancers?: boolean;
  children?: ReactNode;
}) {
  return (
    <>
      <PrintHead />
      <section className="ctx" aria-label="What is shown">
        <PoolMenu />
        {balancers && <BalancerMenu />}
        <RangeMenu />
        <RangeShift />
        <LiveButton />
        {children}
        <span className="flex-1" />
        <Freshness />
        <ZoneButton />
        <CopyLink />
      </section>
    </>
  );
}
