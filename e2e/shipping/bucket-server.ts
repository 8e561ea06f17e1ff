import { once } from "node:events";
import { createServer } from "node:http";
import { type BucketKeys, signedHeaders } from "@/lib/ingest/bucket/signature";

export interface BucketServer {
  url: string;
  /** By key. */
  files: Map<string, Buffer>;
  /** Keys in the order in which they were read. */
  readonly read: string[];
  close(): void;
}

const perPage = 2;

/** A server that answers as S3 does with the files of one bucket, two to a page, to who signs rightly. */
export async function openBucketServer(keys: BucketKeys, region: string): Promise<BucketServer> {
  const files = new Map<string, Buffer>();
  const read: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    const stamp = String(request.headers["x-amz-date"]);
    const at = Date.parse(
      stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"),
    );
    const expected = signedHeaders(url, keys, region, at, { "accept-encoding": "identity" });
    if (request.headers.authorization !== expected.authorization) {
      response.writeHead(403).end("<Error><Message>The signature is wrong</Message></Error>");
      return;
    }
    const key = decodeURIComponent(url.pathname.replace(/^\/logs\/?/, ""));
    if (key !== "") {
      read.push(key);
      const file = files.get(key);
      response.writeHead(file ? 200 : 404).end(file);
      return;
    }
    const all = [...files.keys()]
      .sort()
      .filter((name) => name.startsWith(url.searchParams.get("prefix") ?? ""));
    const from = Number(url.searchParams.get("continuation-token") ?? "0");
    const entries = all.slice(from, from + perPage).map((name) => {
      const file = files.get(name) ?? Buffer.alloc(0);
      return `<Contents><Key>${name.replaceAll("&", "&amp;")}</Key><LastModified>${new Date(at).toISOString()}</LastModified><ETag>&quot;${file.length}&quot;</ETag><Size>${file.length}</Size></Contents>`;
    });
    const more = from + perPage < all.length;
    response.end(
      `<?xml version="1.0"?><ListBucketResult><IsTruncated>${more}</IsTruncated>${more ? `<NextContinuationToken>${from + perPage}</NextContinuationToken>` : ""}${entries.join("")}</ListBucketResult>`,
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { url: `http://127.0.0.1:${address.port}`, files, read, close: () => server.close() };
}
