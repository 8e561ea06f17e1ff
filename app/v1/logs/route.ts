import { takeOtlpLogs } from "@/lib/server/otlp";
import { otlpAnswer } from "@/lib/server/otlp-answer";
import { route } from "@/lib/server/route";

const guarded = route("ingest", takeOtlpLogs);

/** OTLP/HTTP logs, protobuf or JSON. */
export async function POST(
  request: Request,
  context: { params: Promise<Record<string, never>> },
): Promise<Response> {
  return await otlpAnswer(request, await guarded(request, context));
}
