import { timeline } from "@/lib/reports/timeline";
import { timelineQuery } from "@/lib/schemas/results";
import { answer } from "@/lib/server/answer";
import { query, route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

export const GET = route<{ id: string }>("view", async (request, { params }) =>
  answer(await timeline(runtime().pool, params.id, query(request, timelineQuery), Date.now())),
);
