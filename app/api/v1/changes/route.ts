import { z } from "zod";
import { changes } from "@/lib/reports/changes";
import { changesQuery } from "@/lib/schemas/changes";
import { answer } from "@/lib/server/answer";
import { intake } from "@/lib/server/ingestion";
import { jsonBody, query, route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

export const GET = route("view", async (request) =>
  answer(await changes(runtime().pool, query(request, changesQuery), Date.now())),
);

const oneOrMore = z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())]);

export const POST = route("either", async (request) => {
  const given = await jsonBody(request, oneOrMore, 8 * 1024 * 1024);
  return answer(await intake().changes(Array.isArray(given) ? given : [given]));
});
