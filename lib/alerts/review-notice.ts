import { z } from "zod";
import { weeklyMarkdown } from "@/lib/reports/weekly-markdown";
import type { Weekly } from "@/lib/schemas/weekly";
import { reviewLines, weekTitle } from "@/lib/view/weekly";

/** A weekly review as a channel is told it. */
export const reviewNoticeSchema = z.object({
  /** The same at every try, and for nothing else. */
  id: z.string(),
  week: z.string(),
  pool: z.string().nullable(),
  at: z.string(),
  title: z.string(),
  /** A few sentences. */
  lines: z.array(z.string()),
  /** The whole of it. */
  markdown: z.string(),
  /** Its page. */
  url: z.string(),
});
export type ReviewNotice = z.infer<typeof reviewNoticeSchema>;

export function reviewNotice(review: Weekly, baseUrl: string): ReviewNotice {
  const pool = review.pool === null ? "" : `?${new URLSearchParams({ pool: review.pool })}`;
  return {
    id: `review-${review.week}`,
    week: review.week,
    pool: review.pool,
    at: review.madeAt,
    title: `Weekly review: ${weekTitle(review)}`,
    lines: reviewLines(review),
    markdown: weeklyMarkdown(review),
    url: `${baseUrl}/weekly/${review.week}${pool}`,
  };
}
