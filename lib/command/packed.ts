import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { Problem } from "@/lib/domain/problem";
import { decoded } from "@/lib/ingest/decode";

/** A file whose bytes are no lines and cannot be made lines here. */
export class PackedError extends Error {
  override name = "PackedError";
}

/** The first bytes of packings that are not undone, and what undoes them. */
const unread: [magic: string, name: string, program: string][] = [
  ["425a68", "bzip2", "bunzip2"],
  ["fd377a585a00", "xz", "unxz"],
  ["504b0304", "zip", "unzip"],
  ["04224d18", "lz4", "unlz4"],
];
const longestMagic = 6;

/**
 * The plain bytes of a file: gzip and zstd are known by their first bytes, whatever the file is called.
 * @throws PackedError for another packing, or one that is damaged or cut off.
 */
export async function* plainBytes(file: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = file[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  let ended = false;
  while (head.length < longestMagic && !ended) {
    const next = await iterator.next();
    if (next.done) ended = true;
    else head = Buffer.concat([head, next.value]);
  }
  const whole = (async function* () {
    if (head.length > 0) yield head;
    if (ended) return;
    for (let next = await iterator.next(); !next.done; next = await iterator.next())
      yield next.value;
  })();
  const magic = head.toString("hex", 0, longestMagic);
  const other = unread.find(([begin]) => magic.startsWith(begin));
  if (other)
    throw new PackedError(`it is packed with ${other[1]}, which is not read: ${other[2]} it first`);
  if (magic.startsWith("1f8b")) yield* gunzipped(whole);
  else if (magic.startsWith("28b52ffd")) yield* unzstd(whole);
  else yield* whole;
}

async function* gunzipped(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(chunks);
  const plain = createGunzip();
  let failed: unknown;
  source.on("error", (error) => {
    failed = error;
    plain.destroy(error);
  });
  source.pipe(plain);
  try {
    yield* plain;
  } catch (error) {
    if (failed !== undefined || !(error instanceof Error)) throw error;
    throw new PackedError(error.message);
  } finally {
    source.destroy();
  }
}

async function* unzstd(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* decoded(chunks, "zstd", Number.POSITIVE_INFINITY);
  } catch (error) {
    if (error instanceof Problem) throw new PackedError(error.detail ?? error.message);
    throw error;
  }
}
