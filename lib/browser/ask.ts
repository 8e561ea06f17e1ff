import type { z } from "zod";
import { problemSchema } from "@/lib/schemas/common";

/** An answer that is not the one asked for: the server's problem+json, or a connection that failed (status 0). */
export class AskError extends Error {
  override name = "AskError";
  readonly status: number;
  readonly title: string;
  readonly detail: string | undefined;
  readonly errors: { path: string; message: string }[];

  constructor(
    status: number,
    title: string,
    detail?: string,
    errors: { path: string; message: string }[] = [],
  ) {
    super(detail ? `${title}: ${detail}` : title);
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.errors = errors;
  }
}

export type Params = Record<string, string | number | boolean | null | undefined>;

/** `/api/v1/…` with the parameters that have a value; `true` is written as `true`, `false` is left out. */
export function apiPath(path: string, params: Params = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value === null || value === undefined || value === "" || value === false) continue;
    search.set(name, String(value));
  }
  const query = search.toString();
  return `/api/v1${path}${query ? `?${query}` : ""}`;
}

interface Question {
  params?: Params;
  method?: "GET" | "POST" | "PUT" | "DELETE";
  body?: unknown;
  signal?: AbortSignal;
}

/**
 * Asks the server and checks the answer against its schema.
 * @throws {AskError} when the server declines, cannot be reached, or answers in another shape.
 */
export async function ask<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  question: Question = {},
): Promise<z.output<Schema>> {
  return readAnswer(await askText(path, question), schema);
}

/**
 * What the text of an answer says.
 * @throws {AskError} when it has another shape.
 */
export function readAnswer<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
): z.output<Schema> {
  const parsed = schema.safeParse(readJson(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AskError(
    200,
    "The answer could not be read",
    issue ? `${issue.path.join(".")}: ${issue.message}` : undefined,
  );
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * Asks the server for a text, such as an export.
 * @throws {AskError} as `ask`.
 */
export async function askText(path: string, question: Question = {}): Promise<string> {
  return await (await send(path, question)).text();
}

/**
 * Tells the server something whose answer's body does not matter.
 * @throws {AskError} as `ask`.
 */
export async function tell(path: string, question: Question = {}): Promise<void> {
  await send(path, question);
}

/** Methods that leave the same behind when they come twice (RFC 9110, 9.2.2). */
const repeatable = new Set(["GET", "PUT", "DELETE"]);

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

async function send(path: string, question: Question): Promise<Response> {
  const { params, method = "GET", body, signal } = question;
  const call = () =>
    fetch(apiPath(path, params), {
      method,
      signal: signal ?? null,
      headers: {
        accept: "application/json, text/*;q=0.9",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  let response: Response;
  try {
    // A connection may break under a question (the network changed, the server restarted); what may be said twice is.
    response = await call().catch((error: unknown) => {
      if (isAbort(error) || !repeatable.has(method)) throw error;
      return call();
    });
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new AskError(0, "The server did not answer", "Check the connection and try again.");
  }
  if (response.ok) return response;
  const problem = problemSchema.safeParse(await response.json().catch(() => null));
  throw problem.success
    ? new AskError(
        response.status,
        problem.data.title,
        problem.data.detail,
        problem.data.errors ?? [],
      )
    : new AskError(response.status, response.statusText || `Status ${response.status}`);
}
