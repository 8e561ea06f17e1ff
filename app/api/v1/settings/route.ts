import { answer } from "@/lib/server/answer";
import { route } from "@/lib/server/route";
import { settings } from "@/lib/server/settings";

export const GET = route("view", async () => answer(await settings()));
