import { silenceInputSchema } from "@/lib/schemas/alerts";
import { addSilence, listSilences } from "@/lib/server/alerts";
import { answer } from "@/lib/server/answer";
import { jsonBody, route } from "@/lib/server/route";

export const GET = route("view", async () => answer(await listSilences()));

export const POST = route("admin", async (request) =>
  answer(await addSilence(await jsonBody(request, silenceInputSchema)), 201),
);
