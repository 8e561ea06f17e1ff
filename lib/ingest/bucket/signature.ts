import { createHash, createHmac } from "node:crypto";
import type { EpochMs } from "@/lib/domain/facts";

export interface BucketKeys {
  accessKeyId: string;
  secretAccessKey: string;
  /** Of keys that were lent for a time. */
  sessionToken: string | null;
}

const emptyHash = createHash("sha256").update("").digest("hex");

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

/** Percent-encoded as AWS compares it: all but letters, digits and `-._~`. */
export function awsEncoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/**
 * The headers that sign a GET without a body (AWS Signature Version 4,
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html).
 * @param url its path already encoded as it will be sent.
 * @param extra further headers that are to be signed, names in lower case.
 */
export function signedHeaders(
  url: URL,
  keys: BucketKeys,
  region: string,
  now: EpochMs,
  extra: Record<string, string> = {},
): Record<string, string> {
  const stamp = new Date(now).toISOString().replace(/[:-]|\.\d{3}/g, "");
  const day = stamp.slice(0, 8);
  const headers: Record<string, string> = {
    ...extra,
    "x-amz-content-sha256": emptyHash,
    "x-amz-date": stamp,
    ...(keys.sessionToken === null ? {} : { "x-amz-security-token": keys.sessionToken }),
  };
  const signed = Object.entries({ ...headers, host: url.host }).sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  const names = signed.map(([name]) => name).join(";");
  const query = [...url.searchParams]
    .map(([name, value]) => `${awsEncoded(name)}=${awsEncoded(value)}`)
    .sort()
    .join("&");
  const canonical = [
    "GET",
    url.pathname,
    query,
    ...signed.map(([name, value]) => `${name}:${value.trim()}`),
    "",
    names,
    emptyHash,
  ].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const hashed = createHash("sha256").update(canonical).digest("hex");
  const toSign = `AWS4-HMAC-SHA256\n${stamp}\n${scope}\n${hashed}`;
  const key = [region, "s3", "aws4_request"].reduce<Buffer>(
    (made, part) => hmac(made, part),
    hmac(`AWS4${keys.secretAccessKey}`, day),
  );
  const signature = hmac(key, toSign).toString("hex");
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  };
}
