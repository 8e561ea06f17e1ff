import { runbookQuery } from "@/lib/schemas/spread";
import { answer } from "@/lib/server/answer";
import { query, route } from "@/lib/server/route";
import { readRunbook } from "@/lib/server/runbooks";

export const GET = route<{ name: string }>("view", async (request, { params }) =>
  answer(await readRunbook(params.name, query(request, runbookQuery).lb ?? null)),
);
