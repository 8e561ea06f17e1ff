import { objectives, setObjectives } from "@/lib/reports/objectives";
import { objectivesSchema } from "@/lib/schemas/weekly";
import { answer } from "@/lib/server/answer";
import { jsonBody, route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

export const GET = route("view", async () => answer(await objectives(runtime().pool)));

export const PUT = route("admin", async (request) => {
  const wanted = await jsonBody(request, objectivesSchema);
  return answer(await setObjectives(runtime().pool, wanted));
});
