import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";
import type { Cause } from "@/lib/domain/causes";
import { bounceListSchema } from "@/lib/schemas/results";
import { ask } from "../ask";
import type { RangeParams } from "../page-params";

export type BouncesParams = RangeParams & {
  cause?: Cause;
  node?: string;
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
      ask("/bounces", bounceListSchema, { params: { ...params, cursor: pageParam }, signal }),
    initialPageParam: firstPage,
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
  });
}
