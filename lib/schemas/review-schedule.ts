import { z } from "zod";
import { isTimeZone } from "@/lib/domain/alerts/quiet-hours";
import { channelNameSchema } from "./alert-channels";
import { instant } from "./common";

/** When the review of the week before is told to a channel. */
export const reviewScheduleSchema = z
  .object({
    enabled: z.boolean().default(true),
    channel: channelNameSchema,
    /** Of one pool; null: over all. */
    pool: z.string().min(1).max(200).nullable().default(null),
    /** Monday is 1. */
    day: z.number().int().min(1).max(7),
    hour: z.number().int().min(0).max(23),
    timezone: z.string().max(100).refine(isTimeZone, "a time zone, such as Europe/Berlin"),
  })
  .strict();
export type ReviewSchedule = z.infer<typeof reviewScheduleSchema>;

export const reviewDeliverySchema = z.object({
  week: z.string(),
  channel: z.string(),
  state: z.enum(["waiting", "sent", "failed"]),
  attempts: z.number().int(),
  createdAt: instant,
  sentAt: instant.nullable(),
  /** What the receiver said last. */
  answer: z.string().nullable(),
});

export const scheduledReviewsSchema = z.object({
  /** Null until somebody sets one. */
  schedule: reviewScheduleSchema.nullable(),
  /** When the next one is due; null where none is. */
  nextAt: instant.nullable(),
  /** The last eight that were told, the newest first. */
  deliveries: z.array(reviewDeliverySchema),
});
export type ScheduledReviews = z.infer<typeof scheduledReviewsSchema>;
