import { groupedBounces } from "@/lib/reports/bounces";
import { bounceGroupsQuery } from "@/lib/schemas/lists";
import { answer } from "@/lib/server/answer";
import { query, route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

export const GET = route("view", async (request) =>
  answer(await groupedBounces(runtime().pool, query(request, bounceGroupsQuery), Date.now())),
);
