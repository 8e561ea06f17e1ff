import { rulesSchema } from "@/lib/schemas/alerts";
import { listRules, replaceRules } from "@/lib/server/alert-rules";
import { answer } from "@/lib/server/answer";
import { jsonBody, route } from "@/lib/server/route";

export const GET = route("view", async () => answer(await listRules()));

export const PUT = route("admin", async (request) =>
  answer(await replaceRules(await jsonBody(request, rulesSchema))),
);
