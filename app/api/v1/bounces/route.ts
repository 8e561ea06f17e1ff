import { bounces } from "@/lib/reports/bounces";
import { bouncesQuery } from "@/lib/schemas/results";
import { answer } from "@/lib/server/answer";
import { query, route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

export const GET = route("view", async (request) =>
  answer(await bounces(runtime().pool, query(request, bouncesQuery), Date.now())),
);
