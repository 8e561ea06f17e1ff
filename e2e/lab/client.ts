import { randomBytes } from "node:crypto";
import { Agent, type IncomingMessage, request as send } from "node:http";
import type { Duplex } from "node:stream";
import type { Chance } from "@/lib/demo/chance";
import type { Cause } from "@/lib/domain/causes";
import { parseSetCookie, type SessionCookie } from "./cookies";
import type { SentRequest } from "./truth";

/** A balancer as a client sees it. */
export interface Entrance {
  name: string;
  port: number;
  sent: number;
}

export interface ClientOptions {
  name: string;
  pool: string;
  via: Entrance;
  /** The loopback address that it calls from. */
  from?: string;
  keepAlive?: boolean;
  /** The app's session cookie. */
  cookie: SessionCookie;
  /** How it names its requests. */
  correlation?: "x-request-id" | "traceparent" | "none";
  chance: Chance;
  now: () => number;
  record: (request: SentRequest) => void;
}

export interface Ask {
  method?: string;
  via?: Entrance;
  from?: string;
  /** Cookies that it holds and does not send this time. */
  withhold?: string[];
  because?: Cause;
}

/** A scripted browser: a cookie jar, kept connections, and a note of every request it made. */
export class Client {
  readonly jar = new Map<string, string>();
  readonly options: ClientOptions;
  /** The headers that it sends beside its cookies. */
  readonly headers: Record<string, string> = {};
  readonly #agent: Agent;

  constructor(options: ClientOptions) {
    this.options = options;
    this.#agent = new Agent({ keepAlive: options.keepAlive ?? true, maxFreeSockets: 4 });
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Asks for `path` and notes who answered. */
  async get(path: string, ask: Ask = {}): Promise<SentRequest> {
    const opened = this.#open(path, ask, {});
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      opened.request.on("response", resolve).on("error", reject);
      opened.request.end();
    });
    for await (const _ of response) {
      // read to the end, so that the connection can serve the next request
    }
    return this.#note(opened.sent, response);
  }

  /** Opens a WebSocket-like upgrade; the returned socket stays open until it is closed. */
  async upgrade(
    path: string,
    ask: Ask = {},
  ): Promise<{ sent: SentRequest; close: () => Promise<void> }> {
    const opened = this.#open(path, ask, {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": Buffer.from(this.options.chance.hex(16)).toString("base64"),
    });
    const [response, socket] = await new Promise<[IncomingMessage, Duplex]>((resolve, reject) => {
      opened.request.on("upgrade", (answer, stream) => resolve([answer, stream]));
      opened.request.on("response", (answer) =>
        reject(new Error(`no upgrade: ${answer.statusCode}`)),
      );
      opened.request.on("error", reject);
      opened.request.end();
    });
    const sent = this.#note({ ...opened.sent, upgrade: true }, response);
    return {
      sent,
      close: () =>
        new Promise<void>((resolve) => {
          socket.on("close", () => {
            sent.endedAt = this.options.now();
            resolve();
          });
          socket.on("error", () => socket.destroy());
          socket.end();
        }),
    };
  }

  #open(path: string, ask: Ask, extra: Record<string, string>) {
    const { options } = this;
    const via = ask.via ?? options.via;
    const from = ask.from ?? options.from ?? "127.0.0.1";
    const held = [...this.jar].filter(([name]) => !ask.withhold?.includes(name));
    const presented = held.find(([name]) => name === options.cookie.name)?.[1];
    // Never from the seed: two runs that share IDs would be taken for one.
    const id = randomBytes(16).toString("hex");
    const headers: Record<string, string> = { host: "shop.example", ...this.headers, ...extra };
    if (held.length > 0)
      headers.cookie = held.map(([name, value]) => `${name}=${value}`).join("; ");
    if (options.correlation === "traceparent")
      headers.traceparent = `00-${id}-${id.slice(0, 16)}-01`;
    else if (options.correlation !== "none") headers["x-request-id"] = id;
    via.sent += 1;
    const sent: SentRequest = {
      id,
      lb: via.name,
      pool: options.pool,
      client: options.name,
      from,
      startedAt: options.now(),
      endedAt: 0,
      method: ask.method ?? "GET",
      path,
      status: 0,
      upgrade: false,
      presented: presented === undefined ? null : options.cookie.undress(presented),
      set: null,
      node: null,
      because: ask.because ?? null,
    };
    const request = send({
      host: "127.0.0.1",
      port: via.port,
      localAddress: from,
      method: sent.method,
      path,
      headers,
      agent: this.#agent,
    });
    return { request, sent };
  }

  #note(sent: SentRequest, response: IncomingMessage): SentRequest {
    for (const header of response.headers["set-cookie"] ?? []) {
      const cookie = parseSetCookie(header);
      if (cookie.gone) this.jar.delete(cookie.name);
      else this.jar.set(cookie.name, cookie.value);
      const { cookie: own } = this.options;
      if (cookie.name === own.name && !cookie.gone) sent.set = own.undress(cookie.value);
    }
    sent.endedAt = this.options.now();
    sent.status = response.statusCode ?? 0;
    sent.node = headerOf(response, "x-served-by");
    sent.id = headerOf(response, "x-correlation") ?? sent.id;
    this.options.record(sent);
    return sent;
  }
}

function headerOf(response: IncomingMessage, name: string): string | null {
  const value = response.headers[name];
  return typeof value === "string" ? value : null;
}
