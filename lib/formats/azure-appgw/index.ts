import type { ParsedLine } from "@/lib/domain/facts";
import { ipAddressOf } from "../addresses";
import { readArrQuery } from "../arr-query";
import { integer } from "../digits";
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
 * Azure Application Gateway's access log, v1 and v2: a diagnostic record with
 * its `properties`, or a row of the table AGWAccessLogs.
 * Source: https://learn.microsoft.com/azure/application-gateway/application-gateway-diagnostics
 * and https://learn.microsoft.com/azure/azure-monitor/reference/tables/agwaccesslogs
 */
export const azureAppGateway = jsonFormat({
  name: "azure-appgw",
  aliases: ["azure-application-gateway"],
  title: "Azure Application Gateway",
  recognise: (head) => {
    if (/"ApplicationGateway(?:Access|Performance|Firewall)/.test(head)) return 0.95;
    return namesAll(head, "ServerRouted", "HttpStatus", "ListenerName") ? 0.95 : 0;
  },
  read,
});

function read(record: Members, { clock }: JsonContext): ParsedLine {
  const category = record.text("category", "Category");
  if (category !== null && category !== "ApplicationGatewayAccessLog") {
    return rejected(
      'member "category": expected ApplicationGatewayAccessLog, the record tells of no request',
    );
  }
  const line = record.mergedLower("properties");
  const end = line.needed(clock, "time", "timestamp", "timegenerated");
  const request = requestEndedAt(end.at, end.resolutionMs, durationOf(line));
  const resource = line.text("resourceid", "_resourceid");
  request.lb = resource === null ? null : resource.slice(resource.lastIndexOf("/") + 1);
  request.listener = line.text("listenername");
  request.pool = line.text("backendpoolname");
  request.client = {
    ip: ipAddressOf(line.text("clientip") ?? ""),
    port: line.port("clientport"),
  };
  request.method = line.text("httpmethod");
  fillUrl(request, line.text("originalrequesturiwithargs") ?? line.text("requesturi"));
  request.query ??= line.text("requestquery");
  request.host = hostWithoutPort(line.text("originalhost", "host") ?? "");
  request.protocol = line.text("httpversion");
  request.status = line.status("httpstatus");
  request.backendStatus = line.status("serverstatus");
  request.bytesIn = line.whole("receivedbytes");
  request.bytesOut = line.whole("sentbytes");
  request.userAgent = line.text("useragent");
  request.tls = { protocol: line.text("sslprotocol"), cipher: line.text("sslcipher") };
  const error = line.text("error_info", "errorinfo");
  request.termination = error === "ERRORINFO_NO_ERROR" ? null : error;
  addCorrelationId(request, line.text("transactionid"));
  setServedBy(request, line.text("serverrouted"), line.ms("serverresponselatency", 1000));
  if (request.query !== null) readArrQuery(request, request.query);
  const instance = line.text("instanceid");
  if (instance !== null) request.captures.instanceId = instance;
  request.upgrade = request.status === null ? null : request.status === 101;
  return request;
}

/** v2 writes seconds with a fraction, v1 whole milliseconds; only v2 has a transaction ID. */
function durationOf(line: Members): number | null {
  const isFirst = line.text("transactionid") === null && integer(line.text("timetaken")) !== null;
  return line.ms("timetaken", isFirst ? 1 : 1000);
}
