import { compare } from "@/lib/reports/compare";
import { compareMarkdown } from "@/lib/reports/compare-markdown";
import { compareQuery } from "@/lib/schemas/compare";
import { answer, markdownAnswer } from "@/lib/server/answer";
import { query, route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

export const GET = route("view", async (request) => {
  const { format, ...asked } = query(request, compareQuery);
  const told = await compare(runtime().pool, asked, Date.now());
  return format === "json" ? answer(told) : markdownAnswer(compareMarkdown(told), "comparison");
});
