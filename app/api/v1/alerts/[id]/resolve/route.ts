import { alertActionSchema } from "@/lib/schemas/alerts";
import { closeAlert } from "@/lib/server/alerts";
import { answer } from "@/lib/server/answer";
import { jsonBody, route } from "@/lib/server/route";

export const POST = route<{ id: string }>("admin", async (request, { params }) =>
  answer(await closeAlert(params.id, await jsonBody(request, alertActionSchema))),
);
