import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { nodeListSchema } from "@/lib/schemas/pools";
import { ask } from "../ask";
import type { RangeParams } from "../page-params";

export function nodesOptions(params: RangeParams) {
  return queryOptions({
    queryKey: ["nodes", params],
    queryFn: ({ signal }) => ask("/nodes", nodeListSchema, { params: { ...params }, signal }),
    placeholderData: keepPreviousData,
  });
}
