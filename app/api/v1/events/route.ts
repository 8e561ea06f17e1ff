import { answer } from "@/lib/server/answer";
import { ingestBody } from "@/lib/server/body";
import { intake } from "@/lib/server/ingestion";
import { route } from "@/lib/server/route";

export const POST = route("ingest", async (request) =>
  answer(await intake().events(ingestBody(request))),
);
