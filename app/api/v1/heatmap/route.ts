import { heatmap } from "@/lib/reports/heatmap";
import { heatmapQuery } from "@/lib/schemas/heatmap";
import { answer } from "@/lib/server/answer";
import { query, route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

export const GET = route("view", async (request) =>
  answer(await heatmap(runtime().pool, query(request, heatmapQuery), Date.now())),
);
