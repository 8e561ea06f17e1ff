import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { transitionsSchema } from "@/lib/schemas/results";
import { ask } from "../ask";
import type { RangeParams } from "../page-params";

/** So many nodes have room in the matrix of the overview, and beside the heatmaps. */
export const overviewNodes = 10;
export const nodesPageNodes = 24;

/** @param top How many nodes are shown, those with most moves; and as many moves. */
export function transitionsOptions(range: RangeParams, top: number) {
  const params = { ...range, top: String(top) };
  return queryOptions({
    queryKey: ["transitions", params],
    queryFn: ({ signal }) =>
      ask("/transitions", transitionsSchema, { params: { ...params }, signal }),
    placeholderData: keepPreviousData,
  });
}
