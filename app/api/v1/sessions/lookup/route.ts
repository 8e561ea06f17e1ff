import { lookup } from "@/lib/reports/lookup";
import { lookupInputSchema } from "@/lib/schemas/results";
import { answer } from "@/lib/server/answer";
import { jsonBody, route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

// By POST, so that a raw session ID comes into no URL, history or log.
export const POST = route("view", async (request) => {
  const { value } = await jsonBody(request, lookupInputSchema, 65_536);
  const { pool, secret } = runtime();
  return answer(await lookup(pool, secret, value));
});
