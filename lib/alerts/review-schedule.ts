import { z } from "zod";
import { lastHour, nextHour } from "@/lib/domain/review-schedule";
import { lastFullWeek } from "@/lib/domain/weeks";
import { weekly } from "@/lib/reports/weekly";
import {
  type ReviewSchedule,
  reviewScheduleSchema,
  type ScheduledReviews,
} from "@/lib/schemas/review-schedule";
import type { PrismaClient } from "@/lib/store/alerts/rows";
import type { Queryable } from "@/lib/store/query";
import {
  enterReview,
  reviewOfWeek,
  settleReview,
  takeReviews,
  toldReviews,
} from "@/lib/store/review-schedule";
import { keepSetting, keptSetting } from "@/lib/store/settings";
import { iso, isoOrNull } from "@/lib/view/range";
import { mostAttempts, type Outcome, waitAfter } from "./channels/channel";
import { channelOf } from "./channels/registry";
import type { Send } from "./channels/send";
import { tryOnce } from "./deliver";
import { reviewNotice, reviewNoticeSchema } from "./review-notice";

/** Under which the settings keep when reviews are told. */
const key = "review_schedule";
const kept = z.object({
  schedule: reviewScheduleSchema,
  /** Epoch ms: what was due before it was set is not told. */
  since: z.number(),
});
const shown = 8;

async function readSchedule(db: Queryable): Promise<z.infer<typeof kept> | null> {
  const [row] = await keptSetting(db, { key });
  const read = kept.safeParse(row?.value);
  return read.success ? read.data : null;
}

export async function scheduledReviews(db: Queryable, now: number): Promise<ScheduledReviews> {
  const [set, told] = await Promise.all([readSchedule(db), toldReviews(db, { limit: shown })]);
  return {
    schedule: set?.schedule ?? null,
    nextAt: set?.schedule.enabled ? iso(nextHour(set.schedule, now)) : null,
    deliveries: told.map(({ created_at, sent_at, ...row }) => ({
      ...row,
      createdAt: iso(created_at),
      sentAt: isoOrNull(sent_at),
    })),
  };
}

export async function setReviewSchedule(
  db: Queryable,
  schedule: ReviewSchedule,
  now: number,
): Promise<ScheduledReviews> {
  await keepSetting(db, { key, value: JSON.stringify({ schedule, since: now }) });
  return await scheduledReviews(db, now);
}

/**
 * Makes the review that is due and enters it into the outbox: that of the last
 * week that was over when its hour came. Each week is entered once, by whichever
 * process; a server that was away at the hour does it when it is back. Answers
 * whether there was one.
 */
export async function enterDueReview(
  db: Queryable,
  options: { now: number; baseUrl: string },
): Promise<boolean> {
  const set = await readSchedule(db);
  if (!set?.schedule.enabled) return false;
  const { schedule, since } = set;
  const due = lastHour(schedule, options.now);
  if (due < since) return false;
  const week = lastFullWeek(due).name;
  if ((await reviewOfWeek(db, { week })).length > 0) return false;
  const pool = schedule.pool === null ? {} : { pool: schedule.pool };
  const review = await weekly(db, { week, ...pool }, options.now);
  const entered = await enterReview(db, {
    week,
    channel: schedule.channel,
    now: options.now,
    payload: JSON.stringify(reviewNotice(review, options.baseUrl)),
  });
  return entered.length > 0;
}

/**
 * Sends the reviews that are due. What was taken is noted when the receiver said
 * so; a crash in between means one more try under the same id. Answers how many were due.
 */
export async function deliverReviews(
  db: Queryable,
  prisma: Pick<PrismaClient, "alertChannel">,
  send: Send,
  now: () => number,
): Promise<number> {
  const due = await takeReviews(db, { now: now() });
  for (const { week, channel: name, attempts, payload } of due) {
    const row = await prisma.alertChannel.findUnique({ where: { name } });
    const channel = row === null ? null : channelOf(row);
    const make = channel?.review ?? null;
    const outcome: Outcome =
      make === null
        ? {
            kind: "failed",
            answer: channel ? "It takes no reviews" : "The channel was removed",
          }
        : await tryOnce(send, () => make(reviewNoticeSchema.parse(payload)));
    const at = now();
    const again = outcome.kind === "later" && attempts < mostAttempts;
    await settleReview(db, {
      week,
      state: outcome.kind === "sent" ? "sent" : again ? "waiting" : "failed",
      answer: outcome.answer,
      now: at,
      next: again ? at + Math.max(waitAfter(attempts), outcome.afterMs ?? 0) : null,
    });
  }
  return due.length;
}
