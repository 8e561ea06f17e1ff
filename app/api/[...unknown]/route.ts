import { Problem } from "@/lib/domain/problem";
import { problemResponse } from "@/lib/server/route";

/** What no other route answers: programs get a problem, not a page. */
function unknown(request: Request): Response {
  const detail = "There is no such call; /api/openapi.json describes those that there are";
  return problemResponse(new Problem(404, "Call not found", detail), request);
}

export { unknown as DELETE, unknown as GET, unknown as PATCH, unknown as POST, unknown as PUT };
