import { pools } from "@/lib/reports/pools";
import { answer } from "@/lib/server/answer";
import { route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

export const dynamic = "force-dynamic";

export const GET = route("view", async () => answer(await pools(runtime().pool, Date.now())));
