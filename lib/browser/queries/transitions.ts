import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { transitionsSchema } from "@/lib/schemas/results";
import { ask } from "../ask";
import type { RangeParams } from "../page-params";

export function transitionsOptions(params: RangeParams) {
  return queryOptions({
    queryKey: ["transitions", params],
    queryFn: ({ signal }) =>
      ask("/transitions", transitionsSchema, { params: { ...params }, signal }),
    placeholderData: keepPreviousData,
  });
}
