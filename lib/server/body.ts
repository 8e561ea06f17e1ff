import { Problem } from "@/lib/domain/problem";
import { decoded } from "@/lib/ingest/decode";
import type { Body } from "@/lib/ingest/ingestion";
import { readRepeats, repeatsHeader } from "@/lib/ingest/repeats";
import { busy, heldBy } from "./held";
import { runtime } from "./runtime";

async function* nothing(): AsyncGenerator<Uint8Array> {}

/**
 * The body of an ingest call, streamed.
 * @throws Problem 413 at once where its length is told and over the limit, 400 as `readRepeats` does.
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
    repeats: readRepeats(request.headers.get(repeatsHeader)),
  };
}

/** Bytes that a shipper's delivery may have when it is decoded; what they send is a small part of it. */
export const longestDelivery = 64 * 1024 * 1024;

export function deliveryTooLarge(): Problem {
  return new Problem(
    413,
    "The body is too large",
    `A delivery may have ${longestDelivery} bytes when it is decoded; send the rest in further requests.`,
  );
}

/** Bytes of such bodies that are held at once, of all calls together: what is read from them takes several times that. */
const mostHeld = longestDelivery;

/**
 * What `use` makes of the whole body of a shipper's call, decoded, for forms that can only be read whole.
 * @throws Problem 413 when it is too large, 415 and 400 as `decoded` does, 503 when others hold too much.
 */
export async function withWholeBody<T>(
  request: Request,
  use: (body: Buffer) => Promise<T>,
): Promise<T> {
  const { chunks, encoding } = ingestBody(request);
  const held = heldBy("deliveries", mostHeld);
  const parts: Uint8Array[] = [];
  const backs: (() => void)[] = [];
  let size = 0;
  // Snappy is part of Loki's form, and undone where that is read.
  const undone = encoding === "snappy" ? null : encoding;
  try {
    for await (const part of decoded(chunks, undone, longestDelivery)) {
      size += part.byteLength;
      if (size > longestDelivery) throw deliveryTooLarge();
      const back = held.takeNow(part.byteLength);
      // Not to wait: two that have the half of theirs each would wait for one another.
      if (!back) throw busy();
      backs.push(back);
      parts.push(part);
    }
    const body = Buffer.concat(parts);
    parts.length = 0;
    return await use(body);
  } finally {
    for (const back of backs) back();
  }
}

/** @throws Problem 400 */
export function parsedJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Problem(400, "Bad Request", `The body is not JSON: ${error.message}`);
  }
}
