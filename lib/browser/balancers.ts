"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { usePool } from "./page-state";
import { poolsOptions } from "./queries/pools";

/** The names of the load balancers before the page's pool, or before any. */
export function useBalancers(): string[] {
  const [pool] = usePool();
  const { data } = useQuery(poolsOptions());
  return useMemo(() => {
    const pools = (data?.items ?? []).filter(({ name }) => pool === null || name === pool);
    return [...new Set(pools.flatMap(({ lbs }) => lbs))].sort();
  }, [data, pool]);
}
