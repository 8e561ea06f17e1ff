import { annotate } from "@/lib/reports/annotations";
import { annotationInputSchema } from "@/lib/schemas/results";
import { annotationsTouched } from "@/lib/server/annotations";
import { answer } from "@/lib/server/answer";
import { jsonBody, route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

export const POST = route<{ id: string }>("admin", async (request, { params }) => {
  const input = await jsonBody(request, annotationInputSchema);
  const { annotation, pools } = await annotate(runtime().pool, params.id, input, Date.now());
  annotationsTouched(pools);
  return answer(annotation, 201);
});
