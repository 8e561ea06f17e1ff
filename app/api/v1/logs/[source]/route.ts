import { sourceNameSchema } from "@/lib/schemas/ingest";
import { answer } from "@/lib/server/answer";
import { ingestBody } from "@/lib/server/body";
import { intake } from "@/lib/server/ingestion";
import { route } from "@/lib/server/route";

export const POST = route<{ source: string }>("ingest", async (request, { params }) =>
  answer(await intake().logs(sourceNameSchema.parse(params.source), ingestBody(request))),
);
