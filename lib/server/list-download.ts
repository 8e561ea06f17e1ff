import type { ListFormat } from "@/lib/schemas/lists";

/** JSON or CSV: as `format` says, else what the client would rather have. */
export function formatFor(request: Request, format: ListFormat | undefined): ListFormat {
  if (format !== undefined) return format;
  const accept = request.headers.get("accept") ?? "";
  const csv = accept.indexOf("text/csv");
  const json = accept.indexOf("application/json");
  return csv >= 0 && (json < 0 || csv < json) ? "csv" : "json";
}

const types: Record<ListFormat, string> = {
  json: "application/json",
  csv: "text/csv; charset=utf-8; header=present",
};

/** A file to save that is made while it is sent; where making fails, the connection breaks, so that nobody takes a part for the whole. */
export function listDownload(
  name: string,
  format: ListFormat,
  pieces: AsyncGenerator<string>,
): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
  return new Response(body, {
    headers: {
      "Content-Type": types[format],
      "Content-Disposition": `attachment; filename="${name}.${format}"`,
      "Cache-Control": "no-store",
    },
  });
}
