import { transitions } from "@/lib/reports/transitions";
import { transitionsQuery } from "@/lib/schemas/results";
import { answer } from "@/lib/server/answer";
import { query, route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

export const GET = route("view", async (request) =>
  answer(await transitions(runtime().pool, query(request, transitionsQuery), Date.now())),
);
