import { z } from "zod";
import { defineQuery, timestampParam } from "./query";

/** Whether a week's review was entered already. */
export const reviewOfWeek = defineQuery({
  name: "review-of-week",
  sql: "SELECT week FROM review_deliveries WHERE week = $week",
  params: z.object({ week: z.string() }),
  row: z.object({ week: z.string() }),
});

/** Enters a week's review, once; answers no row when it was there. */
export const enterReview = defineQuery({
  name: "enter-review",
  sql: `
    INSERT INTO review_deliveries (week, channel, next_at, created_at, payload)
    VALUES ($week, $channel, $now::timestamptz, $now::timestamptz, $payload::jsonb)
    ON CONFLICT (week) DO NOTHING
    RETURNING week`,
  params: z.object({
    week: z.string(),
    channel: z.string(),
    now: timestampParam,
    payload: z.string(),
  }),
  row: z.object({ week: z.string() }),
});

/** Takes the reviews that are due and holds them for half a minute: who took one and died leaves it to the next. */
export const takeReviews = defineQuery({
  name: "take-reviews",
  sql: `
    UPDATE review_deliveries d
    SET attempts = d.attempts + 1, next_at = $now::timestamptz + interval '30 seconds'
    WHERE d.week IN (
      SELECT week FROM review_deliveries WHERE state = 'waiting' AND next_at <= $now::timestamptz
      ORDER BY week FOR UPDATE SKIP LOCKED)
    RETURNING d.week, d.channel, d.attempts, d.payload`,
  params: z.object({ now: timestampParam }),
  row: z.object({
    week: z.string(),
    channel: z.string(),
    attempts: z.number(),
    payload: z.unknown(),
  }),
});

/** Notes what became of a try. */
export const settleReview = defineQuery({
  name: "settle-review",
  sql: `
    UPDATE review_deliveries SET state = $state, answer = $answer,
      sent_at = CASE WHEN $state = 'sent' THEN $now::timestamptz END,
      next_at = coalesce($next::timestamptz, next_at)
    WHERE week = $week RETURNING week`,
  params: z.object({
    week: z.string(),
    state: z.enum(["waiting", "sent", "failed"]),
    answer: z.string(),
    now: timestampParam,
    next: timestampParam.nullable(),
  }),
  row: z.object({ week: z.string() }),
});

export const toldReviews = defineQuery({
  name: "told-reviews",
  sql: `
    SELECT week, channel, state, attempts, created_at, sent_at, answer
    FROM review_deliveries ORDER BY created_at DESC, week DESC LIMIT $limit`,
  params: z.object({ limit: z.number() }),
  row: z.object({
    week: z.string(),
    channel: z.string(),
    state: z.enum(["waiting", "sent", "failed"]),
    attempts: z.number(),
    created_at: z.number(),
    sent_at: z.number().nullable(),
    answer: z.string().nullable(),
  }),
});
