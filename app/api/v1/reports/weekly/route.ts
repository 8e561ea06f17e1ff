import { weekly } from "@/lib/reports/weekly";
import { weeklyMarkdown } from "@/lib/reports/weekly-markdown";
import { weeklyQuery } from "@/lib/schemas/weekly";
import { answer, markdownAnswer } from "@/lib/server/answer";
import { query, route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

export const GET = route("view", async (request) => {
  const { format, ...asked } = query(request, weeklyQuery);
  const told = await weekly(runtime().pool, asked, Date.now());
  return format === "json" ? answer(told) : markdownAnswer(weeklyMarkdown(told), told.week);
});
