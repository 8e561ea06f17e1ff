import { infiniteQueryOptions, keepPreviousData, mutationOptions } from "@tanstack/react-query";
import type { Cause } from "@/lib/domain/causes";
import { lookupOutputSchema, sessionListSchema, type sessionSorts } from "@/lib/schemas/results";
import { ask } from "../ask";
import { further, type RangeParams } from "../page-params";

export type SessionSort = (typeof sessionSorts)[number];

export type SessionsParams = RangeParams & {
  cause?: Cause;
  node?: string;
  lb?: string;
  client?: string;
  lost?: boolean;
  pingPong?: boolean;
  bounced?: boolean;
  q?: string;
  sort?: SessionSort;
  limit?: number;
};

const firstPage: string | null = null;

/** Sessions, page by page; `useInfiniteQuery`. */
export function sessionsOptions(params: SessionsParams) {
  return infiniteQueryOptions({
    queryKey: ["sessions", params],
    queryFn: ({ signal, pageParam }) =>
      ask("/sessions", sessionListSchema, { params: { ...params, ...further(pageParam) }, signal }),
    initialPageParam: firstPage,
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
  });
}

/** Finds sessions by a raw session ID, correlation ID, client address or short id; by POST, so that the value stays out of URLs and logs. */
export function lookupOptions() {
  return mutationOptions({
    mutationKey: ["lookup"],
    mutationFn: (value: string) =>
      ask("/sessions/lookup", lookupOutputSchema, { method: "POST", body: { value } }),
  });
}
