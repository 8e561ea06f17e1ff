import { endSilence } from "@/lib/server/alerts";
import { route } from "@/lib/server/route";

export const DELETE = route<{ id: string }>("admin", async (_, { params }) => {
  await endSilence(params.id);
  return new Response(null, { status: 204 });
});
