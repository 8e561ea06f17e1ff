import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { objectivesSchema, weeklySchema } from "@/lib/schemas/weekly";
import { ask } from "../ask";

export interface WeeklyParams {
  week: string;
  pool?: string;
}

export function weeklyOptions(params: WeeklyParams) {
  return queryOptions({
    queryKey: ["weekly", params],
    queryFn: ({ signal }) =>
      ask("/reports/weekly", weeklySchema, { params: { ...params }, signal }),
    placeholderData: keepPreviousData,
  });
}

export function objectivesOptions() {
  return queryOptions({
    queryKey: ["objectives", {}],
    queryFn: ({ signal }) => ask("/objectives", objectivesSchema, { signal }),
  });
}
