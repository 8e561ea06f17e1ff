/** A part of a bucket whose files are taken in. */
export interface BucketPlace {
  bucket: string;
  prefix: string;
  /** The source that its lines are entered under. */
  source: string;
  region: string;
  /** Of a server other than AWS; null: AWS itself. */
  endpoint: string | null;
}

/**
 * The places in a list of URLs such as `s3://logs/AWSLogs/?source=alb&region=eu-central-1&endpoint=http://minio:9000`;
 * null where one of them is none.
 */
export function bucketPlaces(
  list: string,
  otherwise: { region: string; endpoint: string | null },
): BucketPlace[] | null {
  const places: BucketPlace[] = [];
  for (const text of list.split(/\s+/).filter((part) => part !== "")) {
    const found = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([^?]*))?(?:\?(.*))?$/.exec(text);
    const bucket = found?.[1];
    if (bucket === undefined) return null;
    const asked = new URLSearchParams(found?.[3] ?? "");
    const endpoint = asked.get("endpoint") ?? otherwise.endpoint;
    const source = asked.get("source") ?? bucket;
    if (endpoint !== null && !/^https?:\/\//.test(endpoint)) return null;
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(source)) return null;
    places.push({
      bucket,
      prefix: decodeURIComponent(found?.[2] ?? ""),
      source,
      region: asked.get("region") ?? otherwise.region,
      endpoint,
    });
  }
  return places;
}
