import { answer } from "@/lib/server/answer";
import { demoState, endDemo, startDemo } from "@/lib/server/demo";
import { route } from "@/lib/server/route";

export const GET = route("view", async () => answer(await demoState()));

/** Plays the demo; posting again while it plays changes nothing. */
export const POST = route("either", async () => {
  await startDemo();
  return answer({ running: true, present: true }, 202);
});

/** Takes away all that the demo left. */
export const DELETE = route("either", async () => {
  await endDemo();
  return answer(await demoState());
});
