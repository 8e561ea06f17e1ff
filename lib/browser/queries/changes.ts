import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { changeListSchema } from "@/lib/schemas/results";
import { ask } from "../ask";
import type { RangeParams } from "../page-params";

export function changesOptions(params: RangeParams) {
  return queryOptions({
    queryKey: ["changes", params],
    queryFn: ({ signal }) => ask("/changes", changeListSchema, { params: { ...params }, signal }),
    placeholderData: keepPreviousData,
  });
}
