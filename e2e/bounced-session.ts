import { randomBytes } from "node:crypto";
import { type APIRequestContext, expect } from "@playwright/test";

const key = () => process.env.HOPWATCH_E2E_KEY ?? "";
const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const two = (value: number) => String(value).padStart(2, "0");

/** One request as HAProxy's `option httplog` writes it, with a captured session cookie and request ID. */
export interface Line {
  /** Milliseconds after the scene's beginning. */
  at: number;
  node: string;
  path: string;
  status?: number;
  ms?: number;
  /** HAProxy's cookie flags. */
  flags?: string;
  session?: string;
}

/** A pool, its balancer and its sessions, named so that no other test meets them. */
export interface Scene {
  pool: string;
  source: string;
  /** Epoch ms. */
  begin: number;
  sessionKey: string;
}

export function aScene(minutesAgo = 5): Scene {
  const tail = randomBytes(4).toString("hex");
  return {
    pool: `pool-${tail}`,
    source: `edge-${tail}`,
    begin: Math.floor(Date.now() / 1000) * 1000 - minutesAgo * 60_000,
    sessionKey: `key-${randomBytes(12).toString("hex")}`,
  };
}

export async function declareSource(
  request: APIRequestContext,
  scene: Scene,
  more: object = {},
): Promise<void> {
  await send(
    request,
    "PUT",
    `sources/${scene.source}`,
    JSON.stringify({
      format: "haproxy-http",
      lb: scene.source,
      timezone: "UTC",
      session: { cookie: "sid" },
      correlation: { field: "capture.req.hdr(0)" },
      affinity: { method: "cookie", cookie: "SRVID" },
      ...more,
    }),
    "application/json",
  );
}

export async function sendLines(
  request: APIRequestContext,
  scene: Scene,
  lines: readonly Line[],
): Promise<void> {
  await send(
    request,
    "POST",
    `logs/${scene.source}`,
    lines.map((line, index) => written(scene, line, index)).join("\n"),
    "text/plain",
  );
}

/** HAProxy's own line for a server that its checks found down. */
export async function sendDown(
  request: APIRequestContext,
  scene: Scene,
  node: string,
  at: number,
): Promise<void> {
  const clock = new Date(scene.begin + at);
  const head = `<129>${months[clock.getUTCMonth()]} ${String(clock.getUTCDate()).padStart(2, " ")} ${two(clock.getUTCHours())}:${two(clock.getUTCMinutes())}:${two(clock.getUTCSeconds())}`;
  await send(
    request,
    "POST",
    `logs/${scene.source}`,
    `${head} ${scene.source} haproxy[99]: Server ${scene.pool}/${node} is DOWN, reason: Layer4 connection problem, info: "Connection refused", check duration: 0ms. 2 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.`,
    "text/plain",
  );
}

export async function sendEvents(
  request: APIRequestContext,
  scene: Scene,
  events: readonly { at: number; type: string; node: string; correlationId: string }[],
): Promise<void> {
  await send(
    request,
    "POST",
    "events",
    events
      .map(({ at, ...event }) =>
        JSON.stringify({
          ...event,
          time: new Date(scene.begin + at).toISOString(),
          sessionId: scene.sessionKey,
          pool: scene.pool,
          store: "memory",
        }),
      )
      .join("\n"),
    "application/x-ndjson",
  );
}

/** The correlation ID that `sendLines` gives to a line. */
export function correlationOf(scene: Scene, line: Line): string {
  return `${scene.source}-${line.at}`;
}

/** A session that a failing node sends from web-1 to web-2, where the app does not know it; on web-3 for a moment, and back. */
export const failover: Line[] = [
  { at: 0, node: "web-1", path: "/", flags: "NI", ms: 40 },
  { at: 300, node: "web-1", path: "/cart", flags: "VN", ms: 120 },
  { at: 900, node: "web-1", path: "/cart/items", flags: "VN", ms: 80, status: 404 },
  { at: 62_000, node: "web-2", path: "/checkout", flags: "DI", ms: 61, status: 302 },
  { at: 62_300, node: "web-2", path: "/login", flags: "VN", ms: 97 },
  { at: 63_400, node: "web-2", path: "/account", flags: "VN", ms: 210, status: 500 },
  { at: 150_000, node: "web-3", path: "/orders", flags: "NI", ms: 55 },
  { at: 150_400, node: "web-3", path: "/orders/7", flags: "VN", ms: 40 },
];

export async function playFailover(request: APIRequestContext, scene: Scene): Promise<void> {
  await declareSource(request, scene);
  await sendDown(request, scene, "web-1", 58_000);
  await sendLines(request, scene, failover);
  const [, second, , lost] = failover;
  if (!second || !lost) throw new Error("the story has its lines");
  await sendEvents(request, scene, [
    {
      at: second.at + 5,
      type: "session.retrieved",
      node: "web-1",
      correlationId: correlationOf(scene, second),
    },
    {
      at: lost.at + 10,
      type: "session.missing",
      node: "web-2",
      correlationId: correlationOf(scene, lost),
    },
  ]);
}

/** The short id of a scene's session, once its bounces are settled. */
export async function settledSession(
  request: APIRequestContext,
  scene: Scene,
  bounces: number,
): Promise<string> {
  let id = "";
  await expect
    .poll(async () => {
      const answer = await request.get("/api/v1/sessions", {
        params: { pool: scene.pool, from: "now-24h", limit: 5 },
      });
      const [worst] = sessionsOf(await answer.json());
      id = worst?.id ?? "";
      return worst?.bounces;
    })
    .toBe(bounces);
  return id;
}

/** Tells `failover` of a pool of its own; answers it and its session's short id once its two bounces are settled. */
export async function aBouncedSession(
  request: APIRequestContext,
): Promise<{ scene: Scene; id: string }> {
  const scene = aScene();
  await playFailover(request, scene);
  return { scene, id: await settledSession(request, scene, 2) };
}

function sessionsOf(body: unknown): { id: string; bounces: number }[] {
  if (typeof body !== "object" || body === null || !("items" in body)) return [];
  return Array.isArray(body.items) ? body.items : [];
}

function written(scene: Scene, line: Line, index: number): string {
  const clock = new Date(scene.begin + line.at);
  const day = two(clock.getUTCDate());
  const month = months[clock.getUTCMonth()];
  const time = `${two(clock.getUTCHours())}:${two(clock.getUTCMinutes())}:${two(clock.getUTCSeconds())}`;
  const date = `${day}/${month}/${clock.getUTCFullYear()}:${time}.${String(clock.getUTCMilliseconds()).padStart(3, "0")}`;
  const ms = line.ms ?? 20;
  return `<134>${month} ${String(clock.getUTCDate()).padStart(2, " ")} ${time} ${scene.source} haproxy[99]: 198.51.100.7:${40_000 + index} [${date}] www ${scene.pool}/${line.node} 0/0/1/${ms - 1}/${ms} ${line.status ?? 200} 512 sid=${line.session ?? scene.sessionKey} - --${line.flags ?? "VN"} 2/2/1/1/0 0/0 {${correlationOf(scene, line)}} "GET ${line.path} HTTP/1.1"`;
}

async function send(
  request: APIRequestContext,
  method: "PUT" | "POST",
  path: string,
  body: string,
  type: string,
): Promise<void> {
  const answer = await request.fetch(`/api/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${key()}`, "content-type": type },
    data: body,
  });
  if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
}
