/** A JSON answer that nobody keeps: what is asked may differ in the next moment. */
export function answer(value: unknown, status = 200): Response {
  return Response.json(value, { status, headers: { "Cache-Control": "no-store" } });
}

/** Markdown to be kept as a file of this name. */
export function markdownAnswer(text: string, name: string): Response {
  return new Response(text, {
    headers: {
      "Content-Type": "text/markdown; charset=utf-8",
      "Content-Disposition": `attachment; filename="${name}.md"`,
      "Cache-Control": "no-store",
    },
  });
}
