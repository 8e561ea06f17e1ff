import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";
import type { lossKinds, timeOrders } from "@/lib/schemas/lists";
import { lossListSchema } from "@/lib/schemas/results";
import { ask } from "../ask";
import { further, type RangeParams } from "../page-params";

export type LossesParams = RangeParams & {
  session?: string;
  node?: string;
  lostTo?: (typeof lossKinds)[number];
  q?: string;
  sort?: (typeof timeOrders)[number];
  limit?: number;
};

const firstPage: string | null = null;

/** Losses, page by page, newest first; `useInfiniteQuery`. */
export function lossesOptions(params: LossesParams) {
  return infiniteQueryOptions({
    queryKey: ["losses", params],
    queryFn: ({ signal, pageParam }) =>
      ask("/losses", lossListSchema, { params: { ...params, ...further(pageParam) }, signal }),
    initialPageParam: firstPage,
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
  });
}
