import { createHash, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { parseCookies, type SessionCookie } from "./cookies";
import { freePort } from "./ports";
import type { Sessions } from "./session-store";

/** A session event as the contract's `POST /events` takes it. */
export interface ReportedEvent {
  time: string;
  type: "session.created" | "session.retrieved" | "session.missing" | "session.destroyed";
  sessionId: string;
  correlationId: string | null;
  node: string;
  pool?: string;
  store: string;
  hit?: boolean;
  latencyMs?: number;
  previousSessionId?: string;
}

export interface Missing {
  session: string;
  id: string;
  at: number;
  node: string;
}

export interface BackendOptions {
  /** The lab's name, which balancers that know names use too. */
  name: string;
  /** The name that the app reports for itself. */
  appName: string;
  store: Sessions;
  cookie: SessionCookie;
  /** How far the app's clock is ahead of the truth. */
  clockSkewMs: number;
  /** False: an app that reports nothing. */
  reports: boolean;
  pool?: string;
  now: () => number;
}

/** A real HTTP backend with a small session middleware: it knows `sid`, or makes a new one. */
export class Backend {
  readonly options: BackendOptions;
  readonly events: ReportedEvent[] = [];
  readonly missing: Missing[] = [];
  port = 0;
  healthy = true;
  /** Answers this status instead of serving, so that a balancer may try the next node. */
  refuseWith: number | null = null;
  #server: Server | null = null;
  readonly #sockets = new Set<Socket | Duplex>();

  constructor(options: BackendOptions) {
    this.options = options;
  }

  get name(): string {
    return this.options.name;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Listens, on the same port as before when it had one. */
  async start(): Promise<void> {
    this.port ||= await freePort();
    const server = createServer((request, response) => this.#serve(request, response));
    server.keepAliveTimeout = 60_000;
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    server.on("upgrade", (request: IncomingMessage, socket) => this.#upgrade(request, socket));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.port, "127.0.0.1", resolve);
    });
  }

  /** Goes away as a killed process does: connections break, the port refuses. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (!server) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "/", "http://backend");
    if (url.pathname === "/healthz") {
      response.statusCode = this.healthy ? 200 : 503;
      response.end();
      return;
    }
    if (this.refuseWith !== null) {
      response.statusCode = this.refuseWith;
      response.end("not now");
      return;
    }
    void this.#answer(request).then((headers) => {
      for (const [name, value] of headers) response.setHeader(name, value);
      const delayMs = Number(url.searchParams.get("delay") ?? 2);
      setTimeout(() => response.end(`${this.name} served ${url.pathname}\n`), delayMs);
    });
  }

  #upgrade(request: IncomingMessage, socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    // RFC 6455, section 4.2.2: HAProxy lets no upgrade pass that does not answer the key.
    const accept = createHash("sha1")
      .update(`${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest("base64");
    void this.#answer(request).then((headers) => {
      const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n${lines.join("")}\r\n`,
      );
    });
    socket.on("data", (data) => socket.write(data));
    socket.on("end", () => socket.end());
  }

  /**
   * The session middleware: reports what it knows and answers with the headers
   * that tell the client. `/login` gives the session another key, `/logout` ends it.
   */
  async #answer(request: IncomingMessage): Promise<[string, string][]> {
    const { store, name, cookie } = this.options;
    const value = parseCookies(request.headers.cookie).get(cookie.name);
    const presented = value === undefined ? null : cookie.undress(value);
    const correlation = correlationOf(request);
    const headers: [string, string][] = [["x-served-by", name]];
    if (correlation) headers.push(["x-correlation", correlation]);
    const path = request.url?.split("?", 1)[0];
    if (presented !== null && (await store.has(presented))) {
      this.#report("session.retrieved", presented, correlation, { hit: true, latencyMs: 1 });
      if (path !== "/login" && path !== "/logout") return headers;
      await store.forget(presented);
      this.#report("session.destroyed", presented, correlation, {});
      if (path === "/logout") {
        headers.push(["set-cookie", `${cookie.name}=; Path=/; Max-Age=0`]);
        return headers;
      }
    } else if (presented !== null) {
      this.#report("session.missing", presented, correlation, { hit: false });
      this.missing.push({
        session: presented,
        id: correlation ?? "",
        at: this.options.now(),
        node: name,
      });
    }
    const created = randomBytes(16).toString("hex");
    await store.keep(created);
    this.#report(
      "session.created",
      created,
      correlation,
      presented === null ? {} : { previousSessionId: presented },
    );
    headers.push(["set-cookie", `${cookie.name}=${cookie.dress(created, name)}; Path=/; HttpOnly`]);
    return headers;
  }

  #report(
    type: ReportedEvent["type"],
    sessionId: string,
    correlationId: string | null,
    more: Partial<ReportedEvent>,
  ): void {
    if (!this.options.reports) return;
    this.events.push({
      time: new Date(this.options.now() + this.options.clockSkewMs).toISOString(),
      type,
      sessionId,
      correlationId,
      node: this.options.appName,
      ...(this.options.pool ? { pool: this.options.pool } : {}),
      store: this.options.store.name,
      ...more,
    });
  }
}

/** The trace id of a traceparent, else the X-Request-ID. */
function correlationOf(request: IncomingMessage): string | null {
  const traceparent = request.headers.traceparent;
  if (typeof traceparent === "string") return traceparent.split("-")[1] ?? null;
  const id = request.headers["x-request-id"];
  return typeof id === "string" ? id : null;
}
