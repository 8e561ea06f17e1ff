import { firehoseDelivery } from "@/lib/ingest/shipped/firehose";
import { sourceNameSchema } from "@/lib/schemas/ingest";
import { longestDelivery, parsedJson, withWholeBody } from "./body";
import { intake } from "./ingestion";
import { route } from "./route";

interface Context {
  params: Promise<{ source: string }>;
}

const guarded = route<{ source: string }>("ingest", async (request, { params }) => {
  const source = sourceNameSchema.parse(params.source);
  return await withWholeBody(request, async (body) => {
    const delivery = firehoseDelivery(parsedJson(body), source, longestDelivery);
    if (!delivery)
      return Response.json(
        { detail: "The body is no delivery: expected requestId and records" },
        { status: 400 },
      );
    await intake().messages(delivery.messages);
    return Response.json({ requestId: delivery.requestId });
  });
});

/**
 * Takes what Firehose delivers to an HTTP endpoint. It repeats a delivery until it is answered with 200, the delivery's
 * own id and a time, and keeps the text of an error for the operator.
 */
export async function takeFirehose(request: Request, context: Context): Promise<Response> {
  const response = await guarded(request, context);
  const told: unknown = await response.json();
  const said = (name: string): unknown =>
    typeof told === "object" && told !== null ? Reflect.get(told, name) : undefined;
  const answer = {
    requestId: said("requestId") ?? request.headers.get("x-amz-firehose-request-id") ?? "",
    timestamp: Date.now(),
    ...(response.ok ? {} : { errorMessage: String(said("detail") ?? said("title") ?? "") }),
  };
  return Response.json(answer, { status: response.status });
}
