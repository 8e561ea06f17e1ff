import { sourceInputSchema, sourceNameSchema } from "@/lib/schemas/ingest";
import { answer } from "@/lib/server/answer";
import { jsonBody, route } from "@/lib/server/route";
import { readSource, removeSource, saveSource } from "@/lib/server/sources";

type Named = { name: string };

export const GET = route<Named>("either", async (_, { params }) =>
  answer(await readSource(params.name)),
);

export const PUT = route<Named>("either", async (request, { params }) => {
  const name = sourceNameSchema.parse(params.name);
  const { source, created } = await saveSource(name, await jsonBody(request, sourceInputSchema));
  return answer(source, created ? 201 : 200);
});

export const DELETE = route<Named>("either", async (_, { params }) => {
  await removeSource(params.name);
  return new Response(null, { status: 204 });
});
