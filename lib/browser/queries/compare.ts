import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { compareSchema } from "@/lib/schemas/compare";
import { ask } from "../ask";

export interface CompareParams {
  pool?: string;
  beforePool?: string;
  afterPool?: string;
  lb?: string;
  change?: string;
  at?: string;
  window?: string;
  before?: string;
  after?: string;
}

export function compareOptions(params: CompareParams) {
  return queryOptions({
    queryKey: ["compare", params],
    queryFn: ({ signal }) => ask("/compare", compareSchema, { params: { ...params }, signal }),
    placeholderData: keepPreviousData,
  });
}
