import { z } from "zod";
import { defineQuery, timestampParam } from "./query";
import { intervalParam } from "./read/steps";

/**
 * Changes whose window is over and that were not judged yet, or are to be judged
 * again, the newest first. A node that went down or came back by its balancer's
 * own line is not judged: nobody did that.
 */
export const changesToJudge = defineQuery({
  name: "changes-to-judge",
  sql: `
    SELECT c.id, c.at FROM changes c LEFT JOIN change_verdicts v ON v.change = c.id
    WHERE c.at <= $now::timestamptz - $window::interval
      AND c.at > $since::timestamptz
      AND (c.source IS NULL OR c.kind NOT IN ('node-down', 'node-up'))
      AND (v.change IS NULL OR v.next_at <= $now::timestamptz)
    ORDER BY c.at DESC LIMIT $limit`,
  params: z.object({
    now: timestampParam,
    window: intervalParam,
    since: timestampParam,
    limit: z.number(),
  }),
  row: z.object({ id: z.string(), at: z.number() }),
});

export const keepVerdict = defineQuery({
  name: "keep-verdict",
  sql: `
    INSERT INTO change_verdicts (change, at, judged_at, next_at, told)
    VALUES ($change::uuid, $at::timestamptz, $judgedAt::timestamptz, $nextAt::timestamptz, $told::jsonb)
    ON CONFLICT (change) DO UPDATE SET at = excluded.at, judged_at = excluded.judged_at,
      next_at = excluded.next_at, told = excluded.told
    RETURNING change`,
  params: z.object({
    change: z.string(),
    at: timestampParam,
    judgedAt: timestampParam,
    nextAt: timestampParam.nullable(),
    told: z.string(),
  }),
  row: z.object({ change: z.string() }),
});

/** Facts from this time on came in: what was judged around or after it is judged again. */
export const judgeAgainFrom = defineQuery({
  name: "judge-again-from",
  sql: `
    UPDATE change_verdicts SET next_at = $now::timestamptz
    WHERE at > $from::timestamptz - $window::interval AND judged_at < $now::timestamptz
      AND (next_at IS NULL OR next_at > $now::timestamptz)
    RETURNING change`,
  params: z.object({ from: timestampParam, now: timestampParam, window: intervalParam }),
  row: z.object({ change: z.string() }),
});
