"use client";

import { useQuery } from "@tanstack/react-query";
import { useHydrated } from "@/lib/browser/hydrated";
import { useRangeParams } from "@/lib/browser/page-state";
import { nodesPageNodes, transitionsOptions } from "@/lib/browser/queries/transitions";

/**
 * The moves from node to node, as a question.
 * @param areComing whether the page was drawn without them: they may be there before the browser takes it over, which
 * then has to find what the server drew.
 */
export function useMoves(areComing: boolean) {
  const { data, error, isPending, refetch } = useQuery(
    transitionsOptions(useRangeParams(), nodesPageNodes),
  );
  const isHydrated = useHydrated();
  return { data: areComing && !isHydrated ? undefined : data, error, isPending, refetch };
}
