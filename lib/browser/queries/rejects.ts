import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { rejectListSchema } from "@/lib/schemas/results";
import { ask } from "../ask";

export interface RejectsParams {
  from: string;
  to: string;
  source?: string;
  limit?: number;
}

/** Lines that did not parse, newest first, with their number by reason. */
export function rejectsOptions(params: RejectsParams) {
  return queryOptions({
    queryKey: ["rejects", params],
    queryFn: ({ signal }) => ask("/rejects", rejectListSchema, { params: { ...params }, signal }),
    placeholderData: keepPreviousData,
  });
}
