import { queryOptions } from "@tanstack/react-query";
import { poolListSchema } from "@/lib/schemas/pools";
import { ask } from "../ask";

export function poolsOptions() {
  return queryOptions({
    queryKey: ["pools", {}],
    queryFn: ({ signal }) => ask("/pools", poolListSchema, { signal }),
  });
}
