/**
 * The ingest key that a request brings, in one of the ways in which shippers can send a secret: `Authorization` with
 * Bearer, Basic (the key is the password; the name is free) or Elasticsearch's ApiKey (the key, or Base64 of
 * `name:key`); the header of Firehose's access key; `X-API-Key`. Null when there is none.
 */
export function ingestKeyIn(headers: Headers): string | null {
  const [, scheme, value] = /^(\w+)\s+(\S+)\s*$/.exec(headers.get("authorization") ?? "") ?? [];
  if (scheme !== undefined && value !== undefined) {
    switch (scheme.toLowerCase()) {
      case "bearer":
        return value;
      case "basic":
        return afterColon(value);
      case "apikey":
        return afterColon(value) ?? value;
    }
  }
  return headers.get("x-amz-firehose-access-key") ?? headers.get("x-api-key");
}

/** What follows the first colon in a Base64 text; null where there is none, or where it is no text (a bare key). */
function afterColon(base64: string): string | null {
  const text = Buffer.from(base64, "base64").toString("latin1");
  if (!/^[\x20-\x7e]+$/.test(text)) return null;
  const colon = text.indexOf(":");
  return colon < 0 ? null : text.slice(colon + 1);
}
