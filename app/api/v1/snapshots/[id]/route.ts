import { snapshot } from "@/lib/reports/snapshots";
import { answer } from "@/lib/server/answer";
import { route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

export const GET = route<{ id: string }>("view", async (_request, { params }) =>
  answer(await snapshot(runtime().pool, params.id)),
);
