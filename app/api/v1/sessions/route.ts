import { sessions } from "@/lib/reports/sessions";
import { sessionsQuery } from "@/lib/schemas/results";
import { answer } from "@/lib/server/answer";
import { query, route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

export const GET = route("view", async (request) =>
  answer(await sessions(runtime().pool, query(request, sessionsQuery), Date.now())),
);
