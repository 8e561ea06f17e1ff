import { ingestKeyInputSchema } from "@/lib/schemas/settings";
import { answer } from "@/lib/server/answer";
import { jsonBody, route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

export const GET = route("view", async () => answer({ items: await runtime().ingestKeys.list() }));

export const POST = route("admin", async (request) => {
  const { name } = await jsonBody(request, ingestKeyInputSchema);
  return answer(await runtime().ingestKeys.make(name), 201);
});
