import { protoMessage } from "@/lib/ingest/shipped/protobuf";

export const protobufType = "application/x-protobuf";

export function isProtobuf(request: Request): boolean {
  return (request.headers.get("content-type") ?? "").startsWith(protobufType);
}

/** Codes of google.rpc.Code by HTTP status. */
const codes: Record<number, number> = { 401: 16, 403: 7, 413: 8, 429: 8, 500: 13, 503: 14 };
const invalidArgument = 3;

/** An error's answer as OTLP wants it: a `Status` message in the form in which was asked. */
export async function otlpAnswer(request: Request, response: Response): Promise<Response> {
  if (response.status < 400) return response;
  const problem: unknown = await response.json();
  const said = (name: string) =>
    typeof problem === "object" && problem !== null ? Reflect.get(problem, name) : undefined;
  const message = String(said("detail") ?? said("title") ?? "");
  const code = codes[response.status] ?? invalidArgument;
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  const { status } = response;
  if (!isProtobuf(request)) {
    headers.set("Content-Type", "application/json");
    return new Response(JSON.stringify({ code, message }), { status, headers });
  }
  headers.set("Content-Type", protobufType);
  return new Response(
    Buffer.from(
      protoMessage([
        [1, code],
        [2, message],
      ]),
    ),
    { status, headers },
  );
}
