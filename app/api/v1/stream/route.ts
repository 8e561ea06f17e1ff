import { streamQuery } from "@/lib/schemas/stream";
import { watch } from "@/lib/server/live";
import { query, route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

export const GET = route("view", (request) => {
  const { pool = null } = query(request, streamQuery);
  return watch(request, { pool }, runtime().stopping);
});
