import { compare } from "@/lib/reports/compare";
import { compareQuery } from "@/lib/schemas/compare";
import { answer } from "@/lib/server/answer";
import { query, route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

export const GET = route("view", async (request) =>
  answer(await compare(runtime().pool, query(request, compareQuery), Date.now())),
);
