import type { EpochMs } from "@/lib/domain/facts";
import type { BucketPlace } from "./place";
import { awsEncoded, type BucketKeys, signedHeaders } from "./signature";

export interface BucketObject {
  key: string;
  etag: string;
  modifiedAt: EpochMs;
  size: number;
}

/** The bucket's server refused or did not understand; the message is its own. */
export class BucketError extends Error {
  override name = "BucketError";
}

export interface Bucket {
  /** Its files below the prefix, up to 1000 at a time, in the order of their keys. */
  pages(): AsyncGenerator<BucketObject[]>;
  /** A file's bytes, as they lie there. */
  read(key: string): Promise<AsyncIterable<Uint8Array>>;
}

/** A bucket of S3 or of a server that speaks as it does. @throws BucketError from its calls. */
export function openBucket(
  place: BucketPlace,
  keys: BucketKeys,
  now: () => EpochMs,
  signal: AbortSignal,
): Bucket {
  const base = addressOf(place);
  const get = async (url: URL): Promise<Response> => {
    // Not to be undone on the way: whether a file is gzip is seen in the file.
    const extra = { "accept-encoding": "identity" };
    const headers = signedHeaders(url, keys, place.region, now(), extra);
    const response = await fetch(url, { headers, signal });
    if (response.ok) return response;
    const told = await response.text();
    const said = textOf(told, "Message") ?? textOf(told, "Code") ?? "";
    throw new BucketError(`${place.bucket}: ${response.status} ${said}`.trim());
  };
  return {
    async *pages() {
      let token: string | null = null;
      do {
        const url = new URL(base);
        url.searchParams.set("list-type", "2");
        if (place.prefix !== "") url.searchParams.set("prefix", place.prefix);
        if (token !== null) url.searchParams.set("continuation-token", token);
        const listing = await (await get(url)).text();
        yield objectsIn(listing);
        token =
          textOf(listing, "IsTruncated") === "true"
            ? textOf(listing, "NextContinuationToken")
            : null;
      } while (token !== null);
    },
    async read(key) {
      const path = key.split("/").map(awsEncoded).join("/");
      const { body } = await get(new URL(`${base.replace(/\/$/, "")}/${path}`));
      if (body === null) throw new BucketError(`${place.bucket}: ${key} came without a body`);
      return body;
    },
  };
}

function addressOf({ bucket, region, endpoint }: BucketPlace): string {
  if (endpoint !== null) return `${endpoint.replace(/\/+$/, "")}/${bucket}`;
  // A name with dots does not fit the certificate of the address that starts with it.
  return bucket.includes(".")
    ? `https://s3.${region}.amazonaws.com/${bucket}`
    : `https://${bucket}.s3.${region}.amazonaws.com/`;
}

function objectsIn(listing: string): BucketObject[] {
  return [...listing.matchAll(/<Contents>([\s\S]*?)<\/Contents>/g)].map(([, entry = ""]) => ({
    key: textOf(entry, "Key") ?? "",
    etag: textOf(entry, "ETag") ?? "",
    modifiedAt: Date.parse(textOf(entry, "LastModified") ?? ""),
    size: Number(textOf(entry, "Size") ?? "0"),
  }));
}

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** What stands in the first element of this name. */
function textOf(xml: string, name: string): string | null {
  const found = new RegExp(`<${name}(?: [^>]*)?>([\\s\\S]*?)</${name}>`).exec(xml)?.[1];
  if (found === undefined) return null;
  return found.replace(/&(?:#(\d+)|#x([\da-fA-F]+)|(\w+));/g, (all, decimal, hex, word) =>
    decimal !== undefined
      ? String.fromCodePoint(Number(decimal))
      : hex !== undefined
        ? String.fromCodePoint(Number.parseInt(hex, 16))
        : (entities[word] ?? all),
  );
}
