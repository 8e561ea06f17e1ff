import { reviewScheduleSchema } from "@/lib/schemas/review-schedule";
import { answer } from "@/lib/server/answer";
import { readScheduledReviews, saveReviewSchedule } from "@/lib/server/reviews";
import { jsonBody, route } from "@/lib/server/route";

export const GET = route("view", async () => answer(await readScheduledReviews()));

export const PUT = route("admin", async (request) =>
  answer(await saveReviewSchedule(await jsonBody(request, reviewScheduleSchema))),
);
