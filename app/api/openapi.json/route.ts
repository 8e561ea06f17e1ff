import { openApi } from "@/lib/server/openapi";

/** The description of the interface holds nothing that needs a login. */
export function GET(): Response {
  return Response.json(openApi());
}
