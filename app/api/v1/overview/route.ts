import { overview } from "@/lib/reports/overview";
import { overviewQuery } from "@/lib/schemas/results";
import { answer } from "@/lib/server/answer";
import { query, route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

export const GET = route("view", async (request) =>
  answer(await overview(runtime().pool, query(request, overviewQuery), Date.now())),
);
