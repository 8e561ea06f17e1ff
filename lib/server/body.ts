import { Problem } from "@/lib/domain/problem";
import type { Body } from "@/lib/ingest/ingestion";
import { runtime } from "./runtime";

async function* nothing(): AsyncGenerator<Uint8Array> {}

/**
 * The body of an ingest call, streamed.
 * @throws Problem 413 at once where its length is told and over the limit.
 */
export function ingestBody(request: Request): Body {
  const { maxBody } = runtime().config;
  if (Number(request.headers.get("content-length")) > maxBody)
    throw new Problem(
      413,
      "The body is too large",
      `A request may carry ${maxBody} bytes; send the rest in further requests.`,
    );
  return {
    chunks: request.body ?? nothing(),
    encoding: request.headers.get("content-encoding"),
  };
}
