import { spread } from "@/lib/reports/spread";
import { spreadQuery } from "@/lib/schemas/spread";
import { answer } from "@/lib/server/answer";
import { query, route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

export const GET = route("view", async (request) =>
  answer(await spread(runtime().pool, query(request, spreadQuery), Date.now())),
);
