import { z } from "zod";
import { defineQuery, timestampParam } from "../query";

/** Lines that did not parse, newest first. */
export const rejectsPage = defineQuery({
  name: "rejects-page",
  sql: `
    SELECT coalesce(s.name, '') AS source, r.at, r.id, r.reason, r.text
    FROM rejects r LEFT JOIN sources s ON s.id = r.source
    WHERE r.at >= $from::timestamptz AND r.at < $to::timestamptz
      AND ($source::text IS NULL OR s.name = $source)
      AND ($afterAt::timestamptz IS NULL OR (r.at, r.id) < ($afterAt::timestamptz, $afterId::uuid))
    ORDER BY r.at DESC, r.id DESC LIMIT $limit`,
  params: z.object({
    from: timestampParam,
    to: timestampParam,
    source: z.string().nullable(),
    afterAt: timestampParam.nullable(),
    afterId: z.string().nullable(),
    limit: z.number(),
  }),
  row: z.object({
    source: z.string(),
    at: z.number(),
    id: z.string(),
    reason: z.string(),
    text: z.string(),
  }),
});
