import { Problem } from "@/lib/domain/problem";
import { unreadiness } from "@/lib/server/readiness";
import { route } from "@/lib/server/route";

export const dynamic = "force-dynamic";

/** Can requests be answered: is the database there, and does it have all migrations? */
export const GET = route("public", async () => {
  const reason = await unreadiness();
  if (reason)
    throw new Problem(503, "Service Unavailable", reason, { headers: { "Retry-After": "2" } });
  return Response.json({ status: "ready" }, { headers: { "Cache-Control": "no-store" } });
});
