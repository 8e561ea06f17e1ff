import { testChannel } from "@/lib/server/alert-channels";
import { answer } from "@/lib/server/answer";
import { route } from "@/lib/server/route";

export const POST = route<{ name: string }>("admin", async (_, { params }) =>
  answer(await testChannel(params.name)),
);
