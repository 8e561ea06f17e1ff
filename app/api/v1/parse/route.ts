import { tryLines } from "@/lib/ingest/try-lines";
import { parseInputSchema } from "@/lib/schemas/ingest";
import { answer } from "@/lib/server/answer";
import { jsonBody, route } from "@/lib/server/route";

const limit = 32 * 1024 * 1024;

export const POST = route("either", async (request) =>
  answer(tryLines(await jsonBody(request, parseInputSchema, limit), Date.now())),
);
