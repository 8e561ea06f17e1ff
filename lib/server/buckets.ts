import { Problem } from "@/lib/domain/problem";
import { type Bucket, type BucketObject, openBucket } from "@/lib/ingest/bucket/bucket";
import type { BucketPlace } from "@/lib/ingest/bucket/place";
import { forgetObjects, objectsTaken, rememberObject } from "@/lib/store/bucket-objects";
import { intake } from "./ingestion";
import { counter } from "./metrics";
import type { Runtime } from "./runtime";

const dayMs = 86_400_000;
/** What AWS writes into a bucket to see whether it may. */
const testFile = /(?:^|\/)(?:ELBAccessLogTestFile|ELBConnectionLogTestFile)$/;

let stopping: AbortController | null = null;
let running: Promise<void> | null = null;

/** Takes in the files of the buckets that `HOPWATCH_S3` names, now and every so many seconds. */
export function startBuckets(runtime: Runtime): void {
  const { buckets } = runtime.config;
  if (buckets === null) return;
  const stop = new AbortController();
  stopping = stop;
  running = (async () => {
    while (!stop.signal.aborted) {
      for (const place of buckets.places) await visit(runtime, place, stop.signal);
      await pause(buckets.everySeconds * 1000, stop.signal);
    }
  })();
}

export async function stopBuckets(): Promise<void> {
  stopping?.abort();
  await running;
  running = null;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });
}

/** Once through a place. What fails is logged and tried again the next time. */
async function visit(runtime: Runtime, place: BucketPlace, signal: AbortSignal): Promise<void> {
  const { buckets, retentionDays } = runtime.config;
  if (buckets === null) return;
  const oldest = Date.now() - retentionDays * dayMs;
  const bucket = openBucket(place, buckets.keys, () => Date.now(), signal);
  try {
    for await (const page of bucket.pages()) {
      const young = page.filter(({ modifiedAt, size }) => size > 0 && modifiedAt >= oldest);
      const keys = young.map(({ key }) => key);
      const taken = await objectsTaken(runtime.pool, place.bucket, keys);
      const known = new Map(taken.map(({ key, etag }) => [key, etag]));
      for (const object of young)
        if (known.get(object.key) !== object.etag && !testFile.test(object.key))
          await take(runtime, place, bucket, object, signal);
    }
    // A day later than what is looked at, so that nothing is forgotten while it still is.
    await forgetObjects(runtime.pool, oldest - dayMs);
  } catch (error) {
    if (signal.aborted) return;
    counted("failed");
    runtime.log.warn({ err: error, bucket: place.bucket }, "a bucket could not be read");
  }
}

async function take(
  runtime: Runtime,
  place: BucketPlace,
  bucket: Bucket,
  object: BucketObject,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  try {
    await intake().logs(place.source, await unpacked(await bucket.read(object.key)));
    counted("taken");
  } catch (error) {
    // What is not readable today is not tomorrow; all else is tried again.
    if (!(error instanceof Problem) || error.status >= 500) throw error;
    counted("unreadable");
    runtime.log.warn(
      { bucket: place.bucket, object: object.key, reason: error.message },
      "a file of a bucket cannot be read and is left out",
    );
  }
  await rememberObject(runtime.pool, place.bucket, object);
}

function counted(outcome: "taken" | "unreadable" | "failed"): void {
  counter({
    name: "hopwatch_bucket_files_total",
    help: "Files of buckets, by what became of them; failed: visits that broke off",
    labelNames: ["outcome"],
  }).inc({ outcome });
}

/** A file's bytes with what their head says of their encoding: names and headers of such files are not reliable. */
async function unpacked(file: AsyncIterable<Uint8Array>) {
  const iterator = file[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  let ended = false;
  while (head.length < 4 && !ended) {
    const next = await iterator.next();
    if (next.done) ended = true;
    else head = Buffer.concat([head, next.value]);
  }
  async function* chunks(): AsyncGenerator<Uint8Array> {
    if (head.length > 0) yield head;
    for (let next = await iterator.next(); !next.done; next = await iterator.next())
      yield next.value;
  }
  const magic = head.subarray(0, 4).toString("hex");
  const encoding = magic.startsWith("1f8b") ? "gzip" : magic === "28b52ffd" ? "zstd" : null;
  return { chunks: chunks(), encoding };
}
