/** A JSON answer that nobody keeps: what is asked may differ in the next moment. */
export function answer(value: unknown, status = 200): Response {
  return Response.json(value, { status, headers: { "Cache-Control": "no-store" } });
}
