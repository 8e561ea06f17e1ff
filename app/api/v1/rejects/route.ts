import { rejects } from "@/lib/reports/rejects";
import { rejectsQuery } from "@/lib/schemas/results";
import { answer } from "@/lib/server/answer";
import { query, route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

export const GET = route("view", async (request) =>
  answer(await rejects(runtime().pool, query(request, rejectsQuery), Date.now())),
);
