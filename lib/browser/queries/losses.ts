import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";

import { lossListSchema } from "@/lib/schemas/results";
import { ask } from "../ask";
import type { RangeParams } from "../page-params";

export type LossesParams = RangeParams & { session?: string; limit?: number };

const firstPage: string | null = null;

/** Losses, page by page, newest first; `useInfiniteQuery`. */
export function lossesOptions(params: LossesParams) {
  return infiniteQueryOptions({
    queryKey: ["losses", params],
    queryFn: ({ signal, pageParam }) =>
      ask("/losses", lossListSchema, { params: { ...params, cursor: pageParam }, signal }),
    initialPageParam: firstPage,
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
  });
}
