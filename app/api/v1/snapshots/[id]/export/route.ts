import { snapshot } from "@/lib/reports/snapshots";
import { exportAnswer } from "@/lib/server/export-answer";
import { publicUrl } from "@/lib/server/public-url";
import { route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

export const GET = route<{ id: string }>("view", async (request, { params }) => {
  const { timeline, path, id } = await snapshot(runtime().pool, params.id);
  const base = publicUrl(request.headers);
  return exportAnswer(request, timeline, {
    page: `${base}${path}`,
    picture: `${base}/api/v1/snapshots/${id}/export?format=png`,
  });
});
