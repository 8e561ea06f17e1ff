import { registry } from "@/lib/server/metrics";
import { route } from "@/lib/server/route";

export const dynamic = "force-dynamic";

/** Figures in Prometheus' text format. */
export const GET = route("view", async () => {
  const all = registry();
  return new Response(await all.metrics(), {
    headers: { "Content-Type": all.contentType, "Cache-Control": "no-store" },
  });
});
