import { takeSnapshot } from "@/lib/reports/snapshots";
import { snapshotInputSchema } from "@/lib/schemas/results";
import { answer } from "@/lib/server/answer";
import { jsonBody, route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

export const POST = route("admin", async (request) => {
  const wanted = await jsonBody(request, snapshotInputSchema);
  return answer(await takeSnapshot(runtime().pool, wanted, Date.now()), 201);
});
