import type { ListFormat } from "@/lib/schemas/lists";
import { heldBy } from "./held";

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

/** Files of lists that are made at once, and how long the next one waits for one of them to end. */
const mostAtOnce = 6;
const patienceMs = 15_000;
/** A file that nobody has read on for so long is given up. */
const longestIdleMs = 60_000;

/**
 * A file to save that is made while it is sent, no faster than it is read. Where making fails, or reading stops, the
 * connection breaks, so that nobody takes a part for the whole.
 * @param make begins the file.
 * @throws Problem 503 where too many are being made; what `make` throws.
 */
export async function listDownload(
  request: Request,
  name: string,
  format: ListFormat,
  make: () => Promise<AsyncGenerator<string>>,
): Promise<Response> {
  const leave = await heldBy("downloads", mostAtOnce).take(1, patienceMs, request.signal);
  let pieces: AsyncGenerator<string>;
  try {
    pieces = await make();
  } catch (error) {
    leave();
    throw error;
  }
  const encoder = new TextEncoder();
  let idle: NodeJS.Timeout | undefined;
  const end = () => {
    clearTimeout(idle);
    leave();
  };
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      clearTimeout(idle);
      try {
        const { value, done } = await pieces.next();
        if (done) {
          controller.close();
          end();
          return;
        }
        controller.enqueue(encoder.encode(value));
      } catch (error) {
        end();
        throw error;
      }
      idle = setTimeout(() => {
        end();
        controller.error(new Error("nobody reads this file any more"));
        void pieces.return(undefined);
      }, longestIdleMs);
    },
    async cancel() {
      end();
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
