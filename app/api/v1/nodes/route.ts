import { nodes } from "@/lib/reports/nodes";
import { nodesQuery } from "@/lib/schemas/pools";
import { answer } from "@/lib/server/answer";
import { query, route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

export const GET = route("view", async (request) =>
  answer(await nodes(runtime().pool, query(request, nodesQuery), Date.now())),
);
