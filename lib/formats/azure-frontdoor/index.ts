import type { ParsedLine } from "@/lib/domain/facts";
import { ipAddressOf } from "../addresses";
import { type JsonContext, jsonFormat, namesAll } from "../json-format";
import type { Members } from "../json-members";
import { rejected } from "../rejection";
import {
  addCorrelationId,
  fillUrl,
  hostWithoutPort,
  requestEndedAt,
  setServedBy,
} from "../request-fact";

/**
 * Azure Front Door's access log: Standard and Premium (FrontDoorAccessLog) and classic (FrontdoorAccessLog).
 * Source: https://learn.microsoft.com/azure/frontdoor/front-door-diagnostics
 */
export const azureFrontDoor = jsonFormat({
  name: "azure-frontdoor",
  aliases: ["azure-front-door"],
  title: "Azure Front Door",
  recognise: (head) =>
    /"Front[Dd]oor\w*Log"/.test(head) || namesAll(head, "trackingReference", "cacheStatus")
      ? 0.95
      : 0,
  read,
});

/** Cache states in which the answer came from an edge and no origin was asked. */
const fromCache = new Set(["HIT", "REMOTE_HIT"]);

function read(record: Members, { clock }: JsonContext): ParsedLine {
  const category = record.text("category", "Category");
  if (category !== null && category.toLowerCase() !== "frontdooraccesslog") {
    return rejected(
      'member "category": expected FrontDoorAccessLog, the record tells of no request',
    );
  }
  const line = record.mergedLower("properties");
  const end = line.needed(clock, "time", "timegenerated", "timestamp");
  const request = requestEndedAt(end.at, end.resolutionMs, line.ms("timetaken", 1000));
  const resource = line.text("resourceid", "_resourceid");
  request.lb = resource === null ? null : resource.slice(resource.lastIndexOf("/") + 1);
  request.listener = line.text("endpoint");
  request.pool = line.text("routingrulename", "routename");
  request.client = {
    ip: ipAddressOf(line.text("clientip") ?? ""),
    port: line.port("clientport"),
  };
  request.method = line.text("httpmethod");
  fillUrl(request, line.text("requesturi"));
  request.host ??= hostWithoutPort(line.text("hostname") ?? "");
  request.protocol = line.text("httpversion");
  request.status = line.status("httpstatuscode");
  request.bytesIn = line.whole("requestbytes");
  request.bytesOut = line.whole("responsebytes");
  request.userAgent = line.text("useragent");
  const referer = line.text("referer", "referrer");
  if (referer !== null) request.headers.referer = referer;
  request.tls = { protocol: line.text("securityprotocol"), cipher: line.text("securitycipher") };
  const error = line.text("errorinfo");
  request.termination = error === "NoError" ? null : error;
  addCorrelationId(request, line.text("trackingreference"));
  const cache = line.text("cachestatus");
  if (cache !== null) request.captures.cache = cache;
  if (cache === null || !fromCache.has(cache)) {
    const address = line.text("originip");
    const name = line.text("originname", "backendhostname");
    setServedBy(request, name ?? address);
    request.nodeAddress = name === null ? null : address;
  }
  const pop = line.text("pop");
  if (pop !== null) request.captures.pop = pop;
  request.upgrade = request.status === null ? null : request.status === 101;
  return request;
}
