import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { type Timeline, timelineSchema } from "@/lib/schemas/results";
import { askText, readAnswer } from "../ask";

export interface TimelineParams {
  from?: string;
  to?: string;
  limit?: number;
}

/** The last answer: a long session's is a megabyte, and mostly says again what it said. */
let last: { text: string; timeline: Timeline } | null = null;

/** @param id the session's public short form; a raw key never goes into a URL. */
export function timelineOptions(id: string, params: TimelineParams = {}) {
  return queryOptions({
    queryKey: ["timeline", { id, ...params }],
    queryFn: async ({ signal }) => {
      const place = `/sessions/${encodeURIComponent(id)}`;
      const text = await askText(place, { params: { ...params }, signal });
      if (last?.text !== text) last = { text, timeline: readAnswer(text, timelineSchema) };
      return last.timeline;
    },
    placeholderData: keepPreviousData,
  });
}
