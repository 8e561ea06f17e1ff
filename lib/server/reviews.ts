import { channelOf } from "@/lib/alerts/channels/registry";
import {
  deliverReviews,
  enterDueReview,
  scheduledReviews,
  setReviewSchedule,
} from "@/lib/alerts/review-schedule";
import { Problem } from "@/lib/domain/problem";
import type { ReviewSchedule, ScheduledReviews } from "@/lib/schemas/review-schedule";
import { baseUrl, send } from "./alert-sending";
import { counter } from "./metrics";
import { type Runtime, runtime } from "./runtime";

const everyMs = 5_000;

/** Tells the weekly reviews that are due: the work of one process among several. Answers how to stop. */
export function startReviews(current: Runtime): () => Promise<void> {
  let working: Promise<void> | null = null;
  const work = async () => {
    const { pool, prisma } = current;
    await enterDueReview(pool, { now: Date.now(), baseUrl: baseUrl(current) });
    await deliverReviews(pool, prisma, send, () => Date.now());
  };
  const run = () => {
    working ??= work()
      .catch((error: unknown) => {
        counter({ name: "hopwatch_job_failures_total", help: "Background jobs that failed" }).inc();
        current.log.error({ err: error }, "telling the weekly review failed; it is tried again");
      })
      .finally(() => {
        working = null;
      });
  };
  const timer = setInterval(run, everyMs);
  run();
  return async () => {
    clearInterval(timer);
    await working;
  };
}

export async function readScheduledReviews(): Promise<ScheduledReviews> {
  return await scheduledReviews(runtime().pool, Date.now());
}

/** @throws {Problem} 422 for a channel that is not there, or that takes incidents only. */
export async function saveReviewSchedule(schedule: ReviewSchedule): Promise<ScheduledReviews> {
  const { pool, prisma } = runtime();
  const row = await prisma.alertChannel.findUnique({ where: { name: schedule.channel } });
  const message =
    row === null
      ? "no channel has this name"
      : channelOf(row).review === null
        ? "it takes incidents only"
        : null;
  if (message !== null)
    throw new Problem(422, "Not a channel for reviews", `channel: ${message}`, {
      errors: [{ path: "channel", message }],
    });
  return await setReviewSchedule(pool, schedule, Date.now());
}
