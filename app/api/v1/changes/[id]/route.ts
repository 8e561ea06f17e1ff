import { changeInputSchema } from "@/lib/schemas/ingest";
import { intake } from "@/lib/server/ingestion";
import { jsonBody, route } from "@/lib/server/route";

const done = () => new Response(null, { status: 204 });

export const PUT = route<{ id: string }>("either", async (request, { params }) => {
  await intake().reviseChange(params.id, await jsonBody(request, changeInputSchema));
  return done();
});

export const DELETE = route<{ id: string }>("either", async (_request, { params }) => {
  await intake().reviseChange(params.id, null);
  return done();
});
