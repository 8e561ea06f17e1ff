import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { Problem } from "@/lib/domain/problem";
import { type Access, authorise, type Caller } from "./access";
import { isDatabaseAway } from "./database-away";
import { resultsCaughtUp } from "./ingestion";
import { runtime } from "./runtime";

type PathParams = Record<string, string | string[]>;

export interface RouteCall<P extends PathParams> {
  /** The path's own parameters, decoded. */
  params: P;
  caller: Caller;
}

type Handler<P extends PathParams> = (
  request: Request,
  call: RouteCall<P>,
) => Promise<Response> | Response;

/**
 * A route handler behind its guard: who may call it, and every error answered as RFC 9457 problem+json.
 * `export const POST = route<{ source: string }>("ingest", async (request, { params }) => …)`.
 */
export function route<P extends PathParams = Record<string, never>>(
  access: Access,
  handler: Handler<P>,
): (request: Request, context: { params: Promise<P> }) => Promise<Response> {
  return async (request, context) => {
    try {
      const caller = await authorise(access, request);
      if (access === "view") await resultsCaughtUp();
      return await handler(request, { params: await context.params, caller });
    } catch (error) {
      return problemResponse(error, request);
    }
  };
}

// Copies of one class live in several bundles, so that `instanceof` cannot be asked.
function isProblem(error: unknown): error is Problem {
  return error instanceof Error && error.name === "Problem" && "status" in error;
}

function isZodError(error: unknown): error is z.ZodError {
  return error instanceof Error && error.name.endsWith("ZodError") && "issues" in error;
}

interface ProblemBody {
  status: number;
  title: string;
  detail?: string;
  instance?: string;
  errors?: { path: string; message: string }[];
}

function answer(body: ProblemBody, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify({ type: "about:blank", ...body }), {
    status: body.status,
    headers: {
      "Content-Type": "application/problem+json",
      "Cache-Control": "no-store",
      ...headers,
    },
  });
}

/** The answer to an error: what the caller did wrong, or a number under which the log tells the rest. */
export function problemResponse(error: unknown, request: Request): Response {
  if (isProblem(error)) {
    const { status, title, detail, errors, headers } = error;
    return answer({ status, title, detail, errors }, headers);
  }
  if (isZodError(error)) {
    const errors = error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
    return answer({
      status: 400,
      title: "Bad Request",
      detail: "The request is not valid",
      errors,
    });
  }
  const id = randomUUID();
  const log = { err: error, id, method: request.method, path: new URL(request.url).pathname };
  if (isDatabaseAway(error)) {
    runtime().log.warn(log, "the database does not answer");
    const detail =
      request.method === "GET"
        ? "The database does not answer. Ask again in a moment"
        : "The database does not answer; nothing was stored. Send the same again later";
    return answer(
      { status: 503, title: "Service Unavailable", detail, instance: `urn:uuid:${id}` },
      { "Retry-After": "2" },
    );
  }
  runtime().log.error(log, "a request failed");
  return answer({ status: 500, title: "Internal Server Error", instance: `urn:uuid:${id}` });
}

/**
 * The query string as the schema reads it. A parameter given several times comes as a list.
 *
 * @throws {ZodError}, answered with 400.
 */
export function query<S extends z.ZodType>(request: Request, schema: S): z.output<S> {
  const given = new URL(request.url).searchParams;
  const values: Record<string, string | string[]> = {};
  for (const name of new Set(given.keys())) {
    const all = given.getAll(name);
    values[name] = all.length > 1 ? all : (all[0] ?? "");
  }
  return schema.parse(values);
}

/**
 * A JSON body of at most `limit` bytes as the schema reads it.
 *
 * @throws {Problem} 413 when it is larger, 400 when it is not JSON; {ZodError} when it is not valid.
 */
export async function jsonBody<S extends z.ZodType>(
  request: Request,
  schema: S,
  limit = 1024 ** 2,
): Promise<z.output<S>> {
  const text = await boundedText(request, limit);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Problem(400, "Bad Request", `The body is not JSON: ${reason}`);
  }
  return schema.parse(value);
}

async function boundedText(request: Request, limit: number): Promise<string> {
  const tooLarge = () => new Problem(413, "Content Too Large", `The body may have ${limit} bytes`);
  if (Number(request.headers.get("content-length")) > limit) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body?.getReader();
  for (;;) {
    const part = await reader?.read();
    if (!part || part.done) return Buffer.concat(chunks).toString("utf8");
    size += part.value.byteLength;
    if (size > limit) {
      await reader?.cancel();
      throw tooLarge();
    }
    chunks.push(part.value);
  }
}
