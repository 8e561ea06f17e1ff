import { channelInputSchema, channelNameSchema } from "@/lib/schemas/alert-channels";
import { removeChannel, saveChannel } from "@/lib/server/alert-channels";
import { answer } from "@/lib/server/answer";
import { jsonBody, route } from "@/lib/server/route";

type Named = { name: string };

export const PUT = route<Named>("admin", async (request, { params }) => {
  const name = channelNameSchema.parse(params.name);
  const { channel, created } = await saveChannel(name, await jsonBody(request, channelInputSchema));
  return answer(channel, created ? 201 : 200);
});

export const DELETE = route<Named>("admin", async (_, { params }) => {
  await removeChannel(params.name);
  return new Response(null, { status: 204 });
});
