import { reannotate, unannotate } from "@/lib/reports/annotations";
import { annotationInputSchema } from "@/lib/schemas/results";
import { annotationsTouched } from "@/lib/server/annotations";
import { answer } from "@/lib/server/answer";
import { jsonBody, route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

interface Path extends Record<string, string> {
  id: string;
  annotation: string;
}

export const PUT = route<Path>("admin", async (request, { params }) => {
  const input = await jsonBody(request, annotationInputSchema);
  const { annotation, pools } = await reannotate(
    runtime().pool,
    params.id,
    params.annotation,
    input,
    Date.now(),
  );
  annotationsTouched(pools);
  return answer(annotation);
});

export const DELETE = route<Path>("admin", async (_request, { params }) => {
  annotationsTouched(await unannotate(runtime().pool, params.id, params.annotation));
  return new Response(null, { status: 204 });
});
