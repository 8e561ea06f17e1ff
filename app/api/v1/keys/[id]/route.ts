import { z } from "zod";
import { Problem } from "@/lib/domain/problem";
import { route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

const id = z.coerce.number().int().positive().max(2_147_483_647);

export const DELETE = route<{ id: string }>("admin", async (_, { params }) => {
  const parsed = id.safeParse(params.id);
  if (!parsed.success) throw new Problem(404, "Key not found", "A key's id is a number");
  await runtime().ingestKeys.revoke(parsed.data);
  return new Response(null, { status: 204 });
});
