import { changeVerdict } from "@/lib/reports/compare";
import { changeVerdictQuery } from "@/lib/schemas/compare";
import { answer } from "@/lib/server/answer";
import { query, route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

export const GET = route<{ id: string }>("view", async (request, { params }) => {
  const asked = query(request, changeVerdictQuery);
  return answer(await changeVerdict(runtime().pool, params.id, asked, Date.now()));
});
