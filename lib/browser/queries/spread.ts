import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { runbookSchema, spreadSchema } from "@/lib/schemas/spread";
import { ask } from "../ask";
import type { RangeParams } from "../page-params";

/** Which nodes and balancers the bounces lie at. */
export function spreadOptions(params: RangeParams) {
  return queryOptions({
    queryKey: ["spread", params],
    queryFn: ({ signal }) => ask("/spread", spreadSchema, { params: { ...params }, signal }),
    placeholderData: keepPreviousData,
  });
}

/** What to do against a cause, with the balancer's own commands first. */
export function runbookOptions(params: { name: string; lb: string }) {
  return queryOptions({
    queryKey: ["runbook", params],
    queryFn: ({ signal }) =>
      ask(`/runbooks/${encodeURIComponent(params.name)}`, runbookSchema, {
        params: { lb: params.lb },
        signal,
      }),
    staleTime: 5 * 60_000,
  });
}
