import { listChannels } from "@/lib/server/alert-channels";
import { answer } from "@/lib/server/answer";
import { route } from "@/lib/server/route";

export const GET = route("view", async () => answer(await listChannels()));
