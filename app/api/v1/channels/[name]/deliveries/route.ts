import { listDeliveries } from "@/lib/server/alert-channels";
import { answer } from "@/lib/server/answer";
import { route } from "@/lib/server/route";

export const GET = route<{ name: string }>("view", async (_, { params }) =>
  answer(await listDeliveries(params.name)),
);
