import { z } from "zod";
import { defineQuery, timestampParam } from "../query";

/**
 * Takes words that are due, each channel's of one alert in their order, and
 * holds them for half a minute: whoever took them and died leaves them to the next.
 */
export const takeDue = defineQuery({
  name: "alert-take-due",
  sql: `
    UPDATE alert_notifications n
    SET attempts = n.attempts + 1, next_at = $now::timestamptz + interval '30 seconds'
    WHERE n.id IN (
      SELECT w.id FROM alert_notifications w
      WHERE w.state = 'waiting' AND w.next_at <= $now::timestamptz
        AND NOT EXISTS (
          SELECT FROM alert_notifications e
          WHERE e.alert_id = w.alert_id AND e.channel = w.channel AND e.turn < w.turn AND e.state = 'waiting')
      ORDER BY w.id LIMIT $limit FOR UPDATE SKIP LOCKED)
    RETURNING n.id::text, n.alert_id, n.channel, n.word, n.turn, n.attempts, n.payload`,
  params: z.object({ now: timestampParam, limit: z.number() }),
  row: z.object({
    id: z.string(),
    alert_id: z.string(),
    channel: z.string(),
    word: z.string(),
    turn: z.number(),
    attempts: z.number(),
    payload: z.unknown(),
  }),
});

/**
 * Gives up words that quiet hours hold back when what they tell of is over:
 * nobody is told in the morning of what came and went at night.
 */
export const skipOver = defineQuery({
  name: "alert-skip-over",
  sql: `
    UPDATE alert_notifications n
    SET state = 'skipped', answer = 'It was over before the quiet hours were'
    FROM (
      SELECT f.alert_id, f.channel, f.turn AS first_turn, min(r.turn) AS last_turn
      FROM alert_notifications f
      JOIN alert_notifications r ON r.alert_id = f.alert_id AND r.channel = f.channel
        AND r.turn > f.turn AND r.word = 'resolved' AND r.state = 'waiting'
      WHERE f.state = 'waiting' AND f.word = 'firing' AND f.held_until IS NOT NULL AND f.attempts = 0
      GROUP BY 1, 2, 3
    ) o
    WHERE n.alert_id = o.alert_id AND n.channel = o.channel AND n.state = 'waiting'
      AND n.turn BETWEEN o.first_turn AND o.last_turn
    RETURNING n.alert_id`,
  params: z.object({}),
  row: z.object({ alert_id: z.string() }),
});

/** Notes what became of a word. */
export const settleDelivery = defineQuery({
  name: "alert-settle-delivery",
  sql: `
    UPDATE alert_notifications SET state = $state, answer = $answer,
      sent_at = CASE WHEN $state = 'sent' THEN $now::timestamptz END,
      next_at = coalesce($next::timestamptz, next_at)
    WHERE id = $id::bigint RETURNING alert_id`,
  params: z.object({
    id: z.string(),
    state: z.enum(["waiting", "sent", "failed"]),
    answer: z.string(),
    now: timestampParam,
    next: timestampParam.nullable(),
  }),
  row: z.object({ alert_id: z.string() }),
});
