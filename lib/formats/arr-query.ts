import type { RequestLine } from "@/lib/domain/facts";
import { statusCode } from "./digits";
import { addCorrelationId } from "./request-fact";

/**
 * IIS's Application Request Routing (and Azure's first Application Gateway,
 * which is built on it) append to the logged query which server it chose:
 * `X-ARR-CACHE-HIT=0&X-ARR-LOG-ID=…&SERVER-ROUTED=web2&SERVER-STATUS=200`.
 */
export function readArrQuery(request: RequestLine, query: string): void {
  if (!query.includes("SERVER-ROUTED=") && !query.includes("-LOG-ID=")) return;
  let node: string | null = null;
  let fromCache = false;
  for (const pair of query.split("&")) {
    const equals = pair.indexOf("=");
    const value = pair.slice(equals + 1);
    if (equals < 1 || value === "" || value === "-") continue;
    switch (pair.slice(0, equals)) {
      case "SERVER-ROUTED":
        node = value;
        break;
      case "SERVER-STATUS":
        request.backendStatus ??= statusCode(value);
        break;
      case "X-ARR-LOG-ID":
      case "X-AzureApplicationGateway-LOG-ID":
        addCorrelationId(request, value);
        break;
      case "X-ARR-CACHE-HIT":
      case "X-AzureApplicationGateway-CACHE-HIT":
        fromCache = value === "1";
        break;
    }
  }
  if (node !== null && !fromCache && request.node === null) {
    request.node = node;
    request.attempts = [{ node, status: request.backendStatus, durationMs: null }];
  }
}
