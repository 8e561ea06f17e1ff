"use client";

import { useQuery } from "@tanstack/react-query";
import { poolsOptions } from "@/lib/browser/queries/pools";
import { Icon } from "../ui/icon";
import { Popover, PopRow } from "../ui/popover";

/** Only what came through one balancer, of those in front of the pool. */
export function BalancerMenu({
  pool,
  value,
  onChange,
}: {
  pool: string | null;
  value: string | null;
  onChange: (lb: string | null) => void;
}) {
  const { data } = useQuery(poolsOptions());
  const all = (data?.items ?? [])
    .filter(({ name }) => pool === null || name === pool)
    .flatMap(({ lbs }) => lbs);
  const known = [...new Set([...all, ...(value === null ? [] : [value])])].sort();
  if (known.length < 2 && value === null) return null;
  return (
    <Popover
      trigger={
        <>
          <span className="text-fg-2">Balancer</span>
          <b>{value ?? "all"}</b>
          <Icon name="chevron-down" />
        </>
      }
    >
      {(close) =>
        [null, ...known].map((lb) => (
          <PopRow
            key={lb ?? ""}
            current={lb === value}
            onChoose={() => {
              onChange(lb);
              close();
            }}
          >
            {lb === null ? "All balancers" : <b>{lb}</b>}
          </PopRow>
        ))
      }
    </Popover>
  );
}
