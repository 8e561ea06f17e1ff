import { streamQuery } from "@/lib/schemas/stream";
import { watch } from "@/lib/server/live";
import { query, route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

export const GET = route("view", (request) => {
  const { pool = null, since } = query(request, streamQuery);
  const known = since === undefined ? null : Date.parse(since);
  return watch(request, { pool, since: known }, runtime().stopping);
});
