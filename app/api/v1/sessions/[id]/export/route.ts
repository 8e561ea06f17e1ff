import { timeline } from "@/lib/reports/timeline";
import { timelineQuery } from "@/lib/schemas/results";
import { exportAnswer } from "@/lib/server/export-answer";
import { publicUrl } from "@/lib/server/public-url";
import { query, route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

export const GET = route<{ id: string }>("view", async (request, { params }) => {
  const told = await timeline(runtime().pool, params.id, query(request, timelineQuery), Date.now());
  return exportAnswer(request, told, {
    page: `${publicUrl(request.headers)}/sessions/${told.session.id}`,
  });
});
