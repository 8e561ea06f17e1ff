import { sources } from "@/lib/reports/sources";
import { answer } from "@/lib/server/answer";
import { route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

export const GET = route("either", async () =>
  answer(await sources(runtime().prisma, runtime().pool, Date.now())),
);
