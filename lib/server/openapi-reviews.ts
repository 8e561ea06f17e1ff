import { z } from "zod";
import * as compare from "@/lib/schemas/compare";
import { changeInputSchema } from "@/lib/schemas/ingest";
import { reviewScheduleSchema, scheduledReviewsSchema } from "@/lib/schemas/review-schedule";
import * as weekly from "@/lib/schemas/weekly";
import type { Call, Content } from "./openapi-calls";

const ok = (content: Content, description = "The answer") => ({ 200: { description, content } });

/** The calls that compare and review. */
export const reviewCalls: Call[] = [
  {
    method: "get",
    path: "/reports/weekly",
    tag: "Results",
    id: "readWeekly",
    summary: "The review of a week: continuity against objective, causes, and what to do next",
    description:
      "Weeks are ISO 8601's, in UTC; without one, the last that is over. Beyond 20,000 bounces a week, those of one session in 4 (32, 256) stand for all. With `format=md` it is answered as Markdown.",
    access: "view",
    query: weekly.weeklyQuery,
    answers: ok(weekly.weeklySchema),
    problems: [404],
  },
  {
    method: "get",
    path: "/compare",
    tag: "Results",
    id: "compareWindows",
    summary: "Two windows, or the two sides of a change, and whether they differ beyond noise",
    description:
      "Give `change`, or `at`, or both `before` and `after` as `from/to`. Shares are tested with Newcombe's 95 % interval of the difference. Windows of more than 20,000 sessions are those of their whole minutes; beyond 20,000 bounces, those of one session in 4 (32, 256) stand for all. With `format=md` it is answered as Markdown.",
    access: "view",
    query: compare.compareQuery,
    answers: ok(compare.compareSchema),
    problems: [404],
  },
  {
    method: "get",
    path: "/changes/{id}/verdict",
    tag: "Results",
    id: "readChangeVerdict",
    summary: "Whether stickiness held through a change, for a pipeline that waits for it",
    access: "view",
    parameters: { id: { schema: z.string(), description: "The change's id" } },
    query: compare.changeVerdictQuery,
    answers: ok(compare.changeVerdictSchema),
    problems: [404],
  },
  {
    method: "put",
    path: "/changes/{id}",
    tag: "Facts",
    id: "correctChange",
    summary: "Correct a change that was posted; its id stays",
    access: "either",
    parameters: { id: { schema: z.string(), description: "The change's id" } },
    body: changeInputSchema,
    answers: { 204: { description: "Done; what it bears on is judged anew", content: null } },
    problems: [404, 409],
  },
  {
    method: "delete",
    path: "/changes/{id}",
    tag: "Facts",
    id: "removeChange",
    summary: "Take back a change that was posted",
    access: "either",
    parameters: { id: { schema: z.string(), description: "The change's id" } },
    answers: { 204: { description: "Done; what it bore on is judged anew", content: null } },
    problems: [404, 409],
  },
  {
    method: "get",
    path: "/reports/weekly/schedule",
    tag: "Results",
    id: "readReviewSchedule",
    summary: "When the weekly review is told to a channel, and what became of the last ones",
    access: "view",
    answers: ok(scheduledReviewsSchema),
  },
  {
    method: "put",
    path: "/reports/weekly/schedule",
    tag: "Results",
    id: "saveReviewSchedule",
    summary: "Set when the weekly review is told to a channel",
    description: "Each week is told once. What was due before this was set is not told.",
    access: "admin",
    body: reviewScheduleSchema,
    answers: ok(scheduledReviewsSchema),
    problems: [422],
  },
  {
    method: "get",
    path: "/objectives",
    tag: "Results",
    id: "readObjectives",
    summary: "The continuity rates that are aimed at",
    access: "view",
    answers: ok(weekly.objectivesSchema),
  },
  {
    method: "put",
    path: "/objectives",
    tag: "Results",
    id: "saveObjectives",
    summary: "Set the continuity rates that are aimed at",
    access: "admin",
    body: weekly.objectivesSchema,
    answers: ok(weekly.objectivesSchema),
  },
];
