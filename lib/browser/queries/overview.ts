import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { overviewSchema } from "@/lib/schemas/results";
import { ask } from "../ask";
import type { RangeParams } from "../page-params";

export function overviewOptions(params: RangeParams & { lb?: string }) {
  return queryOptions({
    queryKey: ["overview", params],
    queryFn: ({ signal }) => ask("/overview", overviewSchema, { params: { ...params }, signal }),
    placeholderData: keepPreviousData,
  });
}
