import { exportOf } from "@/lib/reports/export";
import { timeline } from "@/lib/reports/timeline";
import { timelineQuery } from "@/lib/schemas/results";
import { query, route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

export const GET = route<{ id: string }>("view", async (request, { params }) => {
  const format = new URL(request.url).searchParams.get("format") ?? "md";
  const told = await timeline(runtime().pool, params.id, query(request, timelineQuery), Date.now());
  const { type, name, text } = exportOf(told, format);
  return new Response(text, {
    headers: {
      "Content-Type": type,
      "Content-Disposition": `attachment; filename="${name}"`,
      "Cache-Control": "no-store",
    },
  });
});
