import type { IncomingHttpHeaders } from "node:http";

const elastic =
  /^(?:\/[^/]+)?\/_bulk$|^\/_(?:license|xpack|cluster|nodes|ilm|index_template|component_template|template|data_stream|ingest)(?:\/|$)/;

/** Is this the path of a call that shippers make, which asks for an ingest key itself? */
export function isShipperPath(path: string): boolean {
  return (
    path === "/v1/logs" ||
    path === "/loki/api/v1/push" ||
    path === "/elastic" ||
    path.startsWith("/elastic/") ||
    path.startsWith("/firehose/")
  );
}

/**
 * Where a call is answered whose path shippers do not let choose: Elasticsearch's calls are below `/elastic`, Loki's
 * `/ready` is `/readyz`. `GET /` is the first page, unless a program asks that brings a key: that is Elasticsearch's
 * clients' first question.
 */
export function shipperUrl(method: string, url: string, headers: IncomingHttpHeaders): string {
  const end = url.indexOf("?");
  const path = (end < 0 ? url : url.slice(0, end)).replace(/(.)\/+$/, "$1");
  const rest = end < 0 ? "" : url.slice(end);
  if (path === "/ready") return `/readyz${rest}`;
  if (elastic.test(path) && !path.startsWith("/elastic/")) return `/elastic${path}${rest}`;
  if (path === "/" && isProgram(headers) && (method === "GET" || method === "HEAD"))
    return `/elastic${rest}`;
  return url;
}

/** A proxy in front may have browsers bring a password with everything they ask, parts of pages among it. */
function isProgram(headers: IncomingHttpHeaders): boolean {
  return (
    headers.authorization !== undefined &&
    headers.rsc === undefined &&
    !(headers.accept ?? "").includes("text/html") &&
    !(headers["user-agent"] ?? "").startsWith("Mozilla/")
  );
}
