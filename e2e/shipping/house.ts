import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import * as elastic from "@/app/elastic/[[...path]]/route";
import * as firehose from "@/app/firehose/[source]/route";
import * as loki from "@/app/loki/api/v1/push/route";
import * as otlp from "@/app/v1/logs/route";
import { freePort } from "@/e2e/lab/ports";
import { readConfig } from "@/lib/server/config";
import { openFront } from "@/lib/server/front";
import { IngestKeys } from "@/lib/server/ingest-keys";
import { intake } from "@/lib/server/ingestion";
import { createLog } from "@/lib/server/log";
import { type Runtime, setRuntime } from "@/lib/server/runtime";
import { Sessions } from "@/lib/server/sessions";
import { startIngestion, stopIngestion } from "@/lib/server/start-ingestion";
import { startSyslog, stopSyslog } from "@/lib/server/syslog";
import { createPrisma } from "@/lib/store/prisma";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";

/** The house's front and the shippers' routes over a real socket, without the framework between them. */
export interface ShippingHouse {
  url: string;
  key: string;
  syslogPort: number;
  database: TestDatabase;
  /** What is asked of the database, once all that was sent is judged. */
  rows(sql: string): Promise<Record<string, unknown>[]>;
  /** How many rows of a table came from a source. */
  count(table: string, source: string): Promise<number>;
  /** A call with the ingest key, unless the headers bring another. */
  send(
    path: string,
    body: string | Uint8Array | undefined,
    headers?: Record<string, string>,
    method?: string,
  ): Promise<Response>;
  close(): Promise<void>;
}

/** As the framework would: a path's route with what it reads from the path. */
function routed(request: Request): Promise<Response> | null {
  const { pathname } = new URL(request.url);
  const [area, ...rest] = pathname.split("/").filter((part) => part !== "");
  if (area === "elastic") return elastic.POST(request, { params: Promise.resolve({ path: rest }) });
  if (request.method !== "POST") return null;
  const none = { params: Promise.resolve({}) };
  if (pathname === "/v1/logs") return otlp.POST(request, none);
  if (pathname === "/loki/api/v1/push") return loki.POST(request, none);
  if (area === "firehose")
    return firehose.POST(request, { params: Promise.resolve({ source: rest[0] ?? "" }) });
  return null;
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  const body = await buffer(request);
  const found = routed(
    new Request(new URL(request.url ?? "/", "http://house"), {
      method: request.method ?? "GET",
      headers,
      ...(body.length > 0 ? { body } : {}),
    }),
  );
  if (!found) {
    response.writeHead(404).end();
    return;
  }
  const answer = await found;
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(Buffer.from(await answer.arrayBuffer()));
}

export async function openShippingHouse(): Promise<ShippingHouse> {
  const database = await testDatabase();
  const prisma = createPrisma(database.pool);
  const key = `hw_${randomBytes(12).toString("hex")}`;
  const secret = randomBytes(32);
  const syslogPort = await freePort();
  const config = {
    ...readConfig({ HOPWATCH_SYSLOG_PORT: String(syslogPort) }),
    port: 0,
  };
  const clock = () => Date.now();
  const log = createLog("silent", false);
  const runtime: Runtime = {
    config,
    pool: database.pool,
    prisma,
    secret,
    ingestKeys: new IngestKeys(prisma, clock),
    sessions: new Sessions(prisma, secret, clock),
    log,
    migrations: [],
    stopping: new AbortController().signal,
  };
  await runtime.ingestKeys.admit("test", key);
  setRuntime(runtime);
  await startIngestion(runtime);
  await startSyslog(runtime);
  const front = await openFront(config, false, log);
  front.open({ handle, packed: () => false, mayView: async () => false });
  const address = front.server.address();
  if (address === null || typeof address === "string") throw new Error("the front has no port");
  const { port }: AddressInfo = address;
  const url = `http://127.0.0.1:${port}`;
  const rows = async (sql: string) => {
    await intake().drain();
    return (await database.pool.query(sql)).rows;
  };
  return {
    url,
    key,
    syslogPort,
    database,
    rows,
    count: async (table, source) => {
      const found = await rows(
        `SELECT count(*)::integer AS n FROM ${table} WHERE source = (SELECT id FROM sources WHERE name = '${source}')`,
      );
      return Number(found[0]?.n);
    },
    send: (path, body, headers = {}, method = "POST") =>
      fetch(`${url}${path}`, {
        method,
        headers: { Authorization: `Bearer ${key}`, ...headers },
        ...(body === undefined
          ? {}
          : { body: typeof body === "string" ? body : Buffer.from(body) }),
        redirect: "manual",
      }),
    close: async () => {
      const closed = once(front.server, "close");
      await front.close(0);
      await closed.catch(() => undefined);
      await stopSyslog();
      await stopIngestion();
      setRuntime(undefined);
      await database.close();
    },
  };
}

/** An hour before the tests began, epoch ms. */
export const begun = Date.now() - 3_600_000;
let moments = 0;

/** A moment of the last hour that no other line of the tests in this process has. */
export function moment(): number {
  moments += 1;
  return begun + 1000 * moments;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A line of HAProxy's HTTP log of some moment ago, of a session on a node. */
export function haproxyLine(at: number, node: string, session: string): string {
  const [day = "", time = ""] = new Date(at).toISOString().split("T");
  const [year, month, date] = day.split("-");
  const stamp = `${date}/${months[Number(month) - 1]}/${year}:${time.slice(0, -1)}`;
  return `10.0.0.1:50000 [${stamp}] www shop/${node} 0/0/1/5/6 200 512 JSESSIONID=${session} - --VN 1/1/1/1/0 0/0 "GET /cart HTTP/1.1"`;
}
