import { authorise } from "@/lib/server/access";
import { previewKind, previewOf } from "@/lib/server/link-preview";
import { pngOf } from "@/lib/server/picture";
import { route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

/** The picture that a chat shows beside a link. */
export const GET = route<{ kind: string; id: string }>("public", async (request, { params }) => {
  if (!runtime().config.publicPreviews) await authorise("view", request);
  const preview = await previewOf(previewKind(params.kind), params.id);
  return new Response(await pngOf(preview.picture(), 1), {
    headers: {
      "Content-Type": "image/png",
      "Cache-Control": "private, max-age=60",
    },
  });
});
