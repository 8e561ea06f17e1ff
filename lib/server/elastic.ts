import { hash } from "node:crypto";
import { Problem } from "@/lib/domain/problem";
import { BulkError, type BulkItem, bulkItems } from "@/lib/ingest/shipped/bulk";
import type { Message } from "@/lib/ingest/shipped/message";
import { withWholeBody } from "./body";
import { greeting } from "./elastic-greeting";
import { intake } from "./ingestion";
import { route } from "./route";

type Params = { path?: string[] };

const guarded = route<Params & Record<string, string[]>>("ingest", async (request, { params }) => {
  const path = params.path ?? [];
  const bulk = path.at(-1) === "_bulk" && path.length <= 2;
  if (bulk && (request.method === "POST" || request.method === "PUT"))
    return await takeBulk(request, path.length === 2 ? (path[0] ?? null) : null);
  const known = greeting(request.method, path);
  if (known === null)
    throw new Problem(404, "Not Found", "This call of Elasticsearch is not answered");
  return Response.json(known);
});

/**
 * Answers as Elasticsearch does what its shippers ask: bulk deliveries, and before them who we are and whether their
 * templates and policies are there.
 */
export async function askElastic(
  request: Request,
  context: { params: Promise<Params> },
): Promise<Response> {
  const params = context.params.then(({ path }) => ({ path: path ?? [] }));
  const begun = performance.now();
  const response = await guarded(request, { params });
  const headers = new Headers(response.headers);
  // Official clients talk to nobody who does not send this.
  headers.set("X-Elastic-Product", "Elasticsearch");
  headers.set("Content-Type", "application/json");
  if (request.method === "HEAD") return new Response(null, { status: response.status, headers });
  const told: unknown = await response.json();
  const { status } = response;
  if (response.ok && typeof told === "object" && told !== null && "items" in told) {
    const took = Math.round(performance.now() - begun);
    return new Response(JSON.stringify({ took, ...told }), { status, headers });
  }
  return new Response(JSON.stringify(response.ok ? told : errorOf(status, told)), {
    status,
    headers,
  });
}

function errorOf(status: number, problem: unknown): object {
  const said = (name: string): unknown =>
    typeof problem === "object" && problem !== null ? Reflect.get(problem, name) : undefined;
  const cause = {
    type: status === 401 ? "security_exception" : "illegal_argument_exception",
    reason: String(said("detail") ?? said("title") ?? ""),
  };
  return { error: { root_cause: [cause], ...cause }, status };
}

/** @throws Problem 400, 413 */
async function takeBulk(request: Request, index: string | null): Promise<Response> {
  return await withWholeBody(request, async (body) => await takeItems(itemsIn(body, index)));
}

async function takeItems(items: readonly BulkItem[]): Promise<Response> {
  const messages: Message[] = [];
  const places: number[] = [];
  items.forEach(({ message }, at) => {
    if (!message) return;
    messages.push(message);
    places.push(at);
  });
  const { errors } = await intake().messages(messages);
  const reasons = new Map<number, string>();
  for (const { line, reason } of errors) {
    const place = places[line - 1];
    if (place !== undefined) reasons.set(place, reason);
  }
  return Response.json({
    errors: items.some(({ message }, at) => message === null || reasons.has(at)),
    items: items.map((item, at) => ({ [item.action]: outcome(item, at, reasons.get(at)) })),
  });
}

function itemsIn(body: Buffer, index: string | null): BulkItem[] {
  try {
    return bulkItems(body.toString("utf8"), index);
  } catch (error) {
    if (!(error instanceof BulkError)) throw error;
    throw new Problem(400, "Bad Request", error.message);
  }
}

function outcome({ index, id, message }: BulkItem, at: number, reason?: string): object {
  const text = message === null ? "" : JSON.stringify(message);
  const _id = id ?? hash("sha256", `${at}\0${text}`, "hex").slice(0, 20);
  if (message === null)
    return {
      _index: index,
      _id,
      status: 400,
      error: { type: "illegal_argument_exception", reason: "facts can only be added" },
    };
  if (reason !== undefined)
    return {
      _index: index,
      _id,
      status: 400,
      error: { type: "document_parsing_exception", reason },
    };
  return {
    _index: index,
    _id,
    _version: 1,
    result: "created",
    _shards: { total: 1, successful: 1, failed: 0 },
    _seq_no: at,
    _primary_term: 1,
    status: 201,
  };
}
