import { Problem } from "@/lib/domain/problem";
import { lokiJson, lokiProtobuf } from "@/lib/ingest/shipped/loki";
import type { Message } from "@/lib/ingest/shipped/message";
import { ProtobufError } from "@/lib/ingest/shipped/protobuf";
import { SnappyError, unsnappy } from "@/lib/ingest/shipped/snappy";
import { deliveryTooLarge, longestDelivery, parsedJson, withWholeBody } from "./body";
import { intake } from "./ingestion";

/**
 * Loki's push call, protobuf in snappy or JSON: 204 once its lines are on disk. Lines that do not parse are kept with
 * their reason and make no error: a sender would drop or repeat the whole push.
 * @throws Problem 400, 413, 503
 */
export async function takeLokiPush(request: Request): Promise<Response> {
  await withWholeBody(request, (body) => intake().messages(messagesIn(request, body)));
  return new Response(null, { status: 204 });
}

function messagesIn(request: Request, body: Buffer): Message[] {
  if ((request.headers.get("content-type") ?? "").startsWith("application/json")) {
    const messages = lokiJson(parsedJson(body));
    if (messages) return messages;
    throw new Problem(400, "Bad Request", "The body is no push: expected streams with values");
  }
  try {
    return lokiProtobuf(unsnappy(body, longestDelivery));
  } catch (error) {
    if (error instanceof RangeError) throw deliveryTooLarge();
    if (error instanceof SnappyError || error instanceof ProtobufError)
      throw new Problem(400, "Bad Request", `The body is no push request: ${error.message}`);
    throw error;
  }
}
