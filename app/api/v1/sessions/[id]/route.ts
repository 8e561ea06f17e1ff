import { timeline } from "@/lib/reports/timeline";
import { timelineQuery } from "@/lib/schemas/results";
import { answer } from "@/lib/server/answer";
import { inTurn } from "@/lib/server/held";
import { query, route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

/** Timelines made at once: the longest take a hundred megabytes while they are. */
const mostAtOnce = 3;

export const GET = route<{ id: string }>("view", async (request, { params }) =>
  inTurn("timelines", mostAtOnce, request.signal, async () =>
    answer(await timeline(runtime().pool, params.id, query(request, timelineQuery), Date.now())),
  ),
);
