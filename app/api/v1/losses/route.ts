import { losses } from "@/lib/reports/losses";
import { lossesQuery } from "@/lib/schemas/results";
import { answer } from "@/lib/server/answer";
import { query, route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

export const GET = route("view", async (request) =>
  answer(await losses(runtime().pool, query(request, lossesQuery), Date.now())),
);
