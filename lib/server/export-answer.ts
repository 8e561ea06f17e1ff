import { type ExportPlace, exportFormat, exportOf } from "@/lib/reports/export";
import type { Timeline } from "@/lib/schemas/results";
import { pngOf } from "./picture";

/**
 * A timeline in the format that the request names in `format`, or else in its `Accept`.
 * @throws {Problem} 406 for a format that is not written.
 */
export async function exportAnswer(
  request: Request,
  timeline: Timeline,
  place: ExportPlace = {},
): Promise<Response> {
  const format = exportFormat(
    new URL(request.url).searchParams.get("format"),
    request.headers.get("accept"),
  );
  const { type, name, text } = exportOf(timeline, format, place);
  const body = format === "png" ? await pngOf(text) : text;
  return new Response(body, {
    headers: {
      "Content-Type": type,
      // A picture may stand in a page; the rest is a file to keep.
      "Content-Disposition": `${format === "png" ? "inline" : "attachment"}; filename="${name}"`,
      "Cache-Control": "no-store",
      Vary: "Accept",
    },
  });
}
