import { expect, it } from "vitest";
import { ingestKeyIn } from "./ingest-key-in-request";
import { isWithin, networksIn } from "./networks";
import { isShipperPath, shipperUrl } from "./shipper-paths";
import { syslogSenders } from "./syslog";

it("leads the calls of Elasticsearch's clients to where they are answered, and no page away", () => {
  const to = (url: string, headers = {}) => shipperUrl("GET", url, headers);
  const key = { authorization: "Basic x" };
  expect(to("/_bulk?refresh=true")).toBe("/elastic/_bulk?refresh=true");
  expect(to("/edge-1/_bulk")).toBe("/elastic/edge-1/_bulk");
  expect(to("/elastic/edge/_bulk")).toBe("/elastic/edge/_bulk");
  expect(to("/elastic/_bulk")).toBe("/elastic/_bulk");
  expect(to("/", key)).toBe("/elastic");
  expect(to("/", { ...key, accept: "text/html" })).toBe("/");
  for (const browser of [{ rsc: "1" }, { "user-agent": "Mozilla/5.0" }])
    expect(to("/", { ...key, accept: "*/*", ...browser })).toBe("/");
  expect(to("/?pool=shop")).toBe("/?pool=shop");
  expect(to("/ready")).toBe("/readyz");
  for (const page of ["/sessions", "/sessions/1", "/_next/static/a.js", "/api/v1/logs/_bulk/x"])
    expect([to(page), isShipperPath(page)]).toEqual([page, false]);
});

it("reads the key in each way in which shippers send it", () => {
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  for (const headers of [
    { authorization: "Bearer hw_key" },
    { authorization: `Basic ${base64("any:hw_key")}` },
    { authorization: `ApiKey ${base64("id:hw_key")}` },
    { authorization: "ApiKey hw_key" },
    { "x-amz-firehose-access-key": "hw_key" },
    { "x-api-key": "hw_key" },
  ])
    expect(ingestKeyIn(new Headers(Object.entries(headers)))).toBe("hw_key");
  expect(ingestKeyIn(new Headers({ authorization: `Basic ${base64("hw_key")}` }))).toBeNull();
});

it("lets syslog in from listed networks, or from this machine where it listens to no other", () => {
  const admits = (host: string, syslogAllow: string | null, address: string) => {
    const allowed = syslogSenders({ host, syslogAllow });
    return allowed !== null && isWithin(allowed, address);
  };
  expect(admits("127.0.0.1", null, "127.0.0.1")).toBe(true);
  expect(admits("::1", null, "::1")).toBe(true);
  expect(admits("127.0.0.1", null, "10.0.0.1")).toBe(false);
  expect(admits("0.0.0.0", null, "127.0.0.1")).toBe(false);
  expect(admits("0.0.0.0", "10.0.0.0/8, 2001:db8::/32", "::ffff:10.9.8.7")).toBe(true);
  expect(admits("0.0.0.0", "10.0.0.0/8, 2001:db8::/32", "2001:db8::7")).toBe(true);
  expect(admits("0.0.0.0", "10.0.0.7", "10.0.0.8")).toBe(false);
  for (const wrong of ["10.0.0.0/33", "edge", "10.0.0", "10.0.0.0/8/8", "10.0.0.0/"])
    expect(networksIn(wrong)).toBeNull();
});
