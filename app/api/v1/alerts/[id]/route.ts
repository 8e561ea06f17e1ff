import { readAlert } from "@/lib/server/alerts";
import { answer } from "@/lib/server/answer";
import { route } from "@/lib/server/route";

export const GET = route<{ id: string }>("view", async (_, { params }) =>
  answer(await readAlert(params.id)),
);
