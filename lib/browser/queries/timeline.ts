import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { timelineSchema } from "@/lib/schemas/results";
import { ask } from "../ask";

export interface TimelineParams {
  from?: string;
  to?: string;
  limit?: number;
}

/** @param id the session's public short form; a raw key never goes into a URL. */
export function timelineOptions(id: string, params: TimelineParams = {}) {
  return queryOptions({
    queryKey: ["timeline", { id, ...params }],
    queryFn: ({ signal }) =>
      ask(`/sessions/${encodeURIComponent(id)}`, timelineSchema, { params: { ...params }, signal }),
    placeholderData: keepPreviousData,
  });
}
