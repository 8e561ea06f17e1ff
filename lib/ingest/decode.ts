import { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from "node:zlib";
import { Decompress } from "fzstd";
import { Problem } from "@/lib/domain/problem";

/** Bytes that are decompressed at a time: each time takes a turn through another thread. */
const chunkSize = 65_536;

export type Chunks = AsyncIterable<Uint8Array>;

/**
 * The plain bytes of a request body, streamed: nothing is held but what the
 * decompressor needs.
 * @throws Problem 415 for an encoding that is not known, 400 for a body that is
 *   not what its encoding says, 413 past `limit` bytes on the wire.
 */
export async function* decoded(
  body: Chunks,
  contentEncoding: string | null,
  limit: number,
): AsyncGenerator<Uint8Array> {
  const encodings = (contentEncoding ?? "")
    .split(",")
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== "" && word !== "identity");
  let chunks: Chunks = limited(body, limit);
  // Encodings are listed in the order in which they were applied (RFC 9110, 8.4).
  for (const encoding of encodings.reverse()) chunks = decoderOf(encoding)(chunks);
  yield* chunks;
}

async function* limited(body: Chunks, limit: number): AsyncGenerator<Uint8Array> {
  let seen = 0;
  for await (const chunk of body) {
    seen += chunk.byteLength;
    if (seen > limit)
      throw new Problem(
        413,
        "The body is too large",
        `A request may carry ${limit} bytes; send the rest in further requests.`,
      );
    yield chunk;
  }
}

function decoderOf(encoding: string): (chunks: Chunks) => Chunks {
  switch (encoding) {
    case "gzip":
    case "x-gzip":
      return (chunks) => piped(chunks, "gzip", createGunzip({ chunkSize }));
    case "br":
      return (chunks) => piped(chunks, "br", createBrotliDecompress({ chunkSize }));
    case "deflate":
      return inflated;
    case "zstd":
      return unzstd;
    default:
      throw new Problem(
        415,
        "The content encoding is not known",
        `"${encoding.slice(0, 40)}" is none of gzip, br, deflate, zstd.`,
        { headers: { "Accept-Encoding": "gzip, br, deflate, zstd" } },
      );
  }
}

async function* piped(
  chunks: Chunks,
  encoding: string,
  decoder: NodeJS.ReadWriteStream,
): AsyncGenerator<Uint8Array> {
  const source = Readable.from(chunks);
  let failed: unknown;
  source.on("error", (error) => {
    failed = error;
    decoder.end();
    if ("destroy" in decoder && typeof decoder.destroy === "function") decoder.destroy(error);
  });
  const plain = source.pipe(decoder);
  try {
    for await (const chunk of plain) yield typeof chunk === "string" ? Buffer.from(chunk) : chunk;
  } catch (error) {
    if (failed !== undefined) throw failed;
    throw notDecodable(encoding, error);
  } finally {
    source.destroy();
  }
}

/** `deflate` means zlib's wrapper, yet some senders leave it out; the first byte tells. */
async function* inflated(chunks: Chunks): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done) return;
  const wrapped = ((first.value[0] ?? 0) & 0x0f) === 8;
  const again: Chunks = {
    async *[Symbol.asyncIterator]() {
      yield first.value;
      for (let next = await iterator.next(); !next.done; next = await iterator.next())
        yield next.value;
    },
  };
  yield* piped(
    again,
    "deflate",
    wrapped ? createInflate({ chunkSize }) : createInflateRaw({ chunkSize }),
  );
}

async function* unzstd(chunks: Chunks): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  let finished = false;
  const decoder = new Decompress((chunk, final) => {
    ready.push(chunk);
    finished = final === true;
  });
  for await (const chunk of chunks) {
    // fzstd keeps a view of what it is given: 64 KiB at a time bound what one step yields.
    for (let from = 0; from < chunk.byteLength; from += 65_536) {
      try {
        decoder.push(chunk.slice(from, from + 65_536));
      } catch (error) {
        throw notDecodable("zstd", error);
      }
      yield* ready;
      ready = [];
    }
  }
  try {
    decoder.push(new Uint8Array(0), true);
  } catch (error) {
    if (!finished) throw notDecodable("zstd", error);
  }
  yield* ready;
}

function notDecodable(encoding: string, error: unknown): Problem {
  return new Problem(
    400,
    "The body cannot be decoded",
    `It is not whole and valid ${encoding}: ${error instanceof Error ? error.message : "unknown error"}.`,
  );
}
