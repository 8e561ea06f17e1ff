import { request as open } from "node:http";
import { text } from "node:stream/consumers";
import { haproxyLine } from "./shop-lines";
import { expect, test } from "./test";

const key = process.env.HOPWATCH_E2E_KEY ?? "";
const bearer = { Authorization: `Bearer ${key}` };

const line = (session: string) =>
  haproxyLine({ pool: "shipped", node: "app1", session, at: new Date() });

test("shippers get in by the paths that they know, and only with a key", async ({ request }) => {
  const otlp = {
    resourceLogs: [
      {
        resource: { attributes: [{ key: "service.name", value: { stringValue: "by-otlp" } }] },
        scopeLogs: [{ logRecords: [{ body: { stringValue: line("otlp") } }] }],
      },
    ],
  };
  const loki = { streams: [{ stream: { job: "by-loki" }, values: [["1", line("loki")]] }] };
  const bulk = (name: string) => `{"index":{}}\n${JSON.stringify({ message: line(name) })}\n`;
  const hose = {
    requestId: "one",
    timestamp: 1,
    records: [{ data: Buffer.from(line("hose")).toString("base64") }],
  };
  const calls: [path: string, body: string, type: string, status: number][] = [
    ["/v1/logs", JSON.stringify(otlp), "application/json", 200],
    ["/loki/api/v1/push", JSON.stringify(loki), "application/json", 204],
    ["/by-bulk/_bulk", bulk("bulk"), "application/x-ndjson", 200],
    ["/elastic/by-elastic/_bulk", bulk("elastic"), "application/x-ndjson", 200],
    ["/firehose/by-firehose", JSON.stringify(hose), "application/json", 200],
  ];
  for (const [path, data, type, status] of calls) {
    const headers = { "Content-Type": type };
    const refused = await request.post(path, { data, headers });
    expect([path, refused.status()]).toEqual([path, 401]);
    const taken = await request.post(path, { data, headers: { ...headers, ...bearer } });
    expect([path, taken.status()]).toEqual([path, status]);
  }
  const { items } = await (await request.get("/api/v1/sources")).json();
  for (const name of ["by-otlp", "by-loki", "by-bulk", "by-elastic", "by-firehose"])
    expect(items).toContainEqual(expect.objectContaining({ name, accepted: 1, rejected: 0 }));
  const greeting = await request.get("/", { headers: { ...bearer, Accept: "application/json" } });
  expect(greeting.headers()["x-elastic-product"]).toBe("Elasticsearch");
  expect((await greeting.json()).version.number).toMatch(/^8\./);
  const head = await request.head("/", { headers: { ...bearer, Accept: "*/*" } });
  expect(head.status()).toBe(200);
  expect((await request.get("/ready")).status()).toBe(200);
});

test("a client that offers HTTP/2 with its request, as Java's does, is answered in HTTP/1.1", async ({
  baseURL,
}) => {
  const answer = await new Promise<string>((resolve, reject) => {
    const call = open(new URL("/api/v1/logs/by-java", baseURL), {
      method: "POST",
      headers: {
        ...bearer,
        Connection: "Upgrade, HTTP2-Settings",
        Upgrade: "h2c",
        "HTTP2-Settings": "AAEAAEAAAAIAAAAAAAMAAAAAAAQBAAAAAAUAAEAAAAYABgAA",
      },
    });
    call.once("response", (response) => text(response).then(resolve, reject));
    call.once("error", reject);
    call.end(line("java"));
  });
  expect(JSON.parse(answer)).toMatchObject({ accepted: 1, rejected: 0 });
});

test("the first page stays a page for browsers", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByRole("navigation").first()).toBeVisible();
});
