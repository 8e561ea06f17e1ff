import { changes } from "@/lib/reports/changes";
import { changesQuery } from "@/lib/schemas/results";
import { answer } from "@/lib/server/answer";
import { query, route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

export const GET = route("view", async (request) =>
  answer(await changes(runtime().pool, query(request, changesQuery), Date.now())),
);
