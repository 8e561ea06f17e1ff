import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Cause } from "@/lib/domain/causes";
import { type BounceGrouping, bounceGroupsSchema, type timeOrders } from "@/lib/schemas/lists";
import { bounceListSchema } from "@/lib/schemas/results";
import { ask } from "../ask";
import { further, type RangeParams } from "../page-params";

export type BouncesParams = RangeParams & {
  cause?: Cause;
  node?: string;
  fromNode?: string;
  toNode?: string;
  lost?: boolean;
  q?: string;
  sort?: (typeof timeOrders)[number];
  session?: string;
  lb?: string;
  limit?: number;
};

const firstPage: string | null = null;

/** Bounces, page by page, newest first; `useInfiniteQuery`. */
export function bouncesOptions(params: BouncesParams) {
  return infiniteQueryOptions({
    queryKey: ["bounces", params],
    queryFn: ({ signal, pageParam }) =>
      ask("/bounces", bounceListSchema, { params: { ...params, ...further(pageParam) }, signal }),
    initialPageParam: firstPage,
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
  });
}

/** The same bounces counted by something. */
export function bounceGroupsOptions(params: BouncesParams & { by: BounceGrouping }) {
  return queryOptions({
    queryKey: ["bounce-groups", params],
    queryFn: ({ signal }) =>
      ask("/bounces/groups", bounceGroupsSchema, { params: { ...params }, signal }),
    placeholderData: keepPreviousData,
  });
}
