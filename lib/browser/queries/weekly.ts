import {
  keepPreviousData,
  mutationOptions,
  type QueryClient,
  queryOptions,
} from "@tanstack/react-query";
import { type ReviewSchedule, scheduledReviewsSchema } from "@/lib/schemas/review-schedule";
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

export function scheduledReviewsOptions() {
  return queryOptions({
    queryKey: ["scheduled-reviews", {}],
    queryFn: ({ signal }) => ask("/reports/weekly/schedule", scheduledReviewsSchema, { signal }),
  });
}

export function saveReviewScheduleOptions(client: QueryClient) {
  return mutationOptions({
    mutationFn: (body: ReviewSchedule) =>
      ask("/reports/weekly/schedule", scheduledReviewsSchema, { method: "PUT", body }),
    onSuccess: (told) => client.setQueryData(scheduledReviewsOptions().queryKey, told),
  });
}

export function objectivesOptions() {
  return queryOptions({
    queryKey: ["objectives", {}],
    queryFn: ({ signal }) => ask("/objectives", objectivesSchema, { signal }),
  });
}
