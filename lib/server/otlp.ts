import { Problem } from "@/lib/domain/problem";
import type { Message } from "@/lib/ingest/shipped/message";
import { otlpJson, otlpProtobuf } from "@/lib/ingest/shipped/otlp";
import { ProtobufError, protoMessage } from "@/lib/ingest/shipped/protobuf";
import { parsedJson, withWholeBody } from "./body";
import { intake } from "./ingestion";
import { isProtobuf, protobufType } from "./otlp-answer";

/**
 * OTLP/HTTP logs (https://opentelemetry.io/docs/specs/otlp/#otlphttp): answers once they are on disk, with a partial
 * success where records were rejected.
 * @throws Problem 400, 413, 415, 503
 */
export async function takeOtlpLogs(request: Request): Promise<Response> {
  const type = request.headers.get("content-type") ?? "";
  if (!isProtobuf(request) && !type.startsWith("application/json"))
    throw new Problem(
      415,
      "The content type is not known",
      "Send application/x-protobuf or application/json.",
    );
  const { rejected, errors } = await withWholeBody(request, (body) =>
    intake().messages(messagesIn(request, body)),
  );
  const first = errors[0];
  const why = first ? `record ${first.line}: ${first.reason}` : "";
  if (isProtobuf(request)) {
    const partial = protoMessage([
      [1, rejected],
      [2, why],
    ]);
    return new Response(
      rejected > 0 ? Buffer.from(protoMessage([[1, partial]])) : new Uint8Array(),
      { headers: { "Content-Type": protobufType } },
    );
  }
  return Response.json(
    rejected > 0
      ? { partialSuccess: { rejectedLogRecords: String(rejected), errorMessage: why } }
      : {},
  );
}

function messagesIn(request: Request, body: Buffer): Message[] {
  if (isProtobuf(request)) {
    try {
      return otlpProtobuf(body);
    } catch (error) {
      if (!(error instanceof ProtobufError)) throw error;
      throw new Problem(400, "Bad Request", `The body is no protobuf: ${error.message}`);
    }
  }
  const messages = otlpJson(parsedJson(body));
  if (messages) return messages;
  throw new Problem(400, "Bad Request", "The body is no ExportLogsServiceRequest");
}
