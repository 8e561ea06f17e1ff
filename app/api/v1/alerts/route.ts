import { alertsQuery } from "@/lib/schemas/alerts";
import { listAlerts } from "@/lib/server/alerts";
import { answer } from "@/lib/server/answer";
import { query, route } from "@/lib/server/route";

export const GET = route("view", async (request) =>
  answer(await listAlerts(query(request, alertsQuery))),
);
