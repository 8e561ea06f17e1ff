import { createHash, randomBytes } from "node:crypto";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { themeScript } from "@/lib/browser/theme-script";
import { isLocalRequest, localHeader, pathHeader, peerHeader } from "./access";
import type { Config, Role } from "./config";
import { isDatabaseAway } from "./database-away";
import type { Log } from "./log";
import { gauge, histogram } from "./metrics";
import type { PackedFiles } from "./packed-files";
import { plainPage, wantsPage } from "./plain-page";
import { isShipperPath, shipperUrl } from "./shipper-paths";

export type WebHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** What answers requests once the server is up. */
export interface Inside {
  handle: WebHandler;
  /** The pages' scripts and styles, as the build packed them. */
  packed: PackedFiles;
  /** May this visitor see pages? Asked for each page; the interface's routes ask for themselves. */
  mayView(headers: IncomingHttpHeaders): Promise<boolean>;
}

export interface Front {
  server: Server;
  /** From now on requests are answered inside; before, by "starting" and 503. */
  open(inside: Inside): void;
  /** Stops listening and lets what runs finish; cuts off what still runs after `waitMs`. */
  close(waitMs: number): Promise<void>;
}

/** The port is taken, or not ours to take. */
export class ListenError extends Error {
  override name = "ListenError";
}

const themeHash = createHash("sha256").update(themeScript).digest("base64");

/**
 * What a page may load: only our own files, and only scripts that carry this answer's nonce. React writes positions
 * and sizes as style attributes, which have no nonce.
 */
function contentPolicy(nonce: string, dev: boolean): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'sha256-${themeHash}'${dev ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? "/").split("?", 1)[0] ?? "/";
}

/** Answered by every process, whatever its roles. */
const everywhere = /^\/(?:healthz|readyz|metrics)$/;

/** The role that a process needs to answer a request; null: none. */
export function roleFor(method: string, path: string): Role | null {
  if (everywhere.test(path)) return null;
  const isRead = method === "GET" || method === "HEAD";
  return areaOf(path) === "ingest" && !(isRead && path === "/api/v1/changes") ? "ingest" : "web";
}

const refusals: Record<Role, string> = {
  web: "This process shows no pages (HOPWATCH_ROLES); ask one that does",
  ingest: "This process takes in no logs (HOPWATCH_ROLES); send to one that does",
  worker: "This process does no such work (HOPWATCH_ROLES)",
};

function refuse(response: ServerResponse, role: Role): void {
  response.writeHead(503, { "Content-Type": "application/problem+json" }).end(
    JSON.stringify({
      type: "about:blank",
      status: 503,
      title: "Service Unavailable",
      detail: refusals[role],
    }),
  );
}

function areaOf(path: string): string {
  if (/^\/api\/v1\/(?:logs\/|events$|changes$)/.test(path) || isShipperPath(path)) return "ingest";
  if (path.startsWith("/api/")) return "api";
  return path.startsWith("/_next/") ? "asset" : "page";
}

/** Open to everybody: the login, the routes that ask for themselves, and the files of `public`. */
const openPages =
  /^\/(?:login(?:\/.*)?|preview\/.*|healthz|readyz|metrics|[\w.-]+\.(?:svg|png|ico|txt|webmanifest))$/;

/**
 * Pages are guarded here, before the framework: it may leave out a layout, and a check in it, when it sends only the
 * part of a page that changed.
 */
async function enter(request: IncomingMessage, response: ServerResponse, inside: Inside) {
  const path = pathOf(request);
  if (
    areaOf(path) === "page" &&
    !openPages.test(path) &&
    !(await inside.mayView(request.headers))
  ) {
    const back =
      request.method === "GET" && path !== "/"
        ? `?next=${encodeURIComponent(request.url ?? "/")}`
        : "";
    response.writeHead(303, { Location: `/login${back}`, "Cache-Control": "no-store" }).end();
    return;
  }
  if (inside.packed(request, response)) return;
  await inside.handle(request, response);
}

/** Sets what the rest of the server trusts about a request, and takes away what a client may not say itself. */
function mark(request: IncomingMessage, response: ServerResponse, config: Config, dev: boolean) {
  const { headers, socket } = request;
  const local = isLocalRequest(config.host, socket.remoteAddress, (name) => headers[name]);
  headers[localHeader] = local ? "1" : "0";
  headers[peerHeader] = socket.remoteAddress ?? "";
  headers[pathHeader] = request.url ?? "/";
  delete headers["content-security-policy"];
  delete headers["content-security-policy-report-only"];
  const area = areaOf(pathOf(request));
  if (area !== "page") return;
  // The framework finds the nonce in the request's header and puts it on its scripts.
  const policy = contentPolicy(randomBytes(16).toString("base64"), dev);
  headers["content-security-policy"] = policy;
  response.setHeader("Content-Security-Policy", policy);
}

function record(request: IncomingMessage, response: ServerResponse, log: Log): void {
  const begun = performance.now();
  const path = pathOf(request);
  const area = areaOf(path);
  const running = gauge({
    name: "hopwatch_http_requests_running",
    help: "Requests that are being answered",
    labelNames: ["area"],
  });
  running.inc({ area });
  response.once("close", () => {
    running.dec({ area });
    const ms = performance.now() - begun;
    const { statusCode: status } = response;
    histogram({
      name: "hopwatch_http_request_seconds",
      help: "Time until an answer was sent whole",
      labelNames: ["area", "method", "status"],
      buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60],
    }).observe({ area, method: request.method ?? "", status: String(status) }, ms / 1000);
    const entry = { method: request.method, path, status, ms: Math.round(ms) };
    if (status >= 500) log.warn(entry, "request");
    else log.debug(entry, "request");
  });
}

const plainHeaders = { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" };

/** A request that failed before any route had it. */
function answerFailure(request: IncomingMessage, response: ServerResponse, isAway: boolean): void {
  const headers = isAway ? { "Retry-After": "2" } : {};
  const status = isAway ? 503 : 500;
  if (!wantsPage(request)) {
    response.writeHead(status, headers).end();
    return;
  }
  response
    .writeHead(status, { ...plainHeaders, ...headers })
    .end(
      isAway
        ? plainPage("The database does not answer", "This page comes by itself once it does.")
        : plainPage("Hopwatch failed to answer", "The server’s log tells why."),
    );
}

function answerStarting(request: IncomingMessage, response: ServerResponse): void {
  const alive = pathOf(request) === "/healthz";
  if (!alive && wantsPage(request)) {
    response
      .writeHead(503, { ...plainHeaders, "Retry-After": "1" })
      .end(plainPage("Hopwatch is starting", "This page opens by itself in a moment."));
    return;
  }
  response.writeHead(alive ? 200 : 503, {
    "Content-Type": alive ? "application/json" : "application/problem+json",
    ...(alive ? {} : { "Retry-After": "1" }),
  });
  response.end(
    alive
      ? '{"status":"ok"}'
      : '{"type":"about:blank","status":503,"title":"Service Unavailable","detail":"The server is starting"}',
  );
}

/**
 * The HTTP server in front of the pages and the interface. Takes the port at once, so that a second start is told
 * before it touches anything.
 *
 * @throws {ListenError} when the address cannot be listened on.
 */
export async function openFront(config: Config, dev: boolean, log: Log): Promise<Front> {
  let inside: Inside | undefined;
  const server = createServer((request, response) => {
    if (!inside) return answerStarting(request, response);
    request.url = shipperUrl(request.method ?? "", request.url ?? "/", request.headers);
    mark(request, response, config, dev);
    record(request, response, log);
    const role = roleFor(request.method ?? "", pathOf(request));
    if (role !== null && !config.roles.has(role)) return refuse(response, role);
    enter(request, response, inside).catch((error: unknown) => {
      log.error({ err: error, path: pathOf(request) }, "a request failed");
      if (response.headersSent) response.destroy();
      else answerFailure(request, response, isDatabaseAway(error));
    });
  });
  // With somebody listening for upgrades, Node takes every request that offers one out of HTTP, and the framework hangs
  // up on it: Java's client offers HTTP/2 with whatever it sends. Only the development server needs upgrades.
  if (!dev)
    server.on("newListener", (event, listener) => {
      if (event === "upgrade") queueMicrotask(() => server.removeListener("upgrade", listener));
    });
  // An upload of gigabytes may take its time; a client that never finishes its headers may not.
  server.requestTimeout = 0;
  server.headersTimeout = 30_000;
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const where = `${config.host}:${config.port}`;
      if (error.code === "EADDRINUSE")
        reject(
          new ListenError(
            `${where} is in use by another program; set PORT to a free port, or stop that program`,
          ),
        );
      else reject(new ListenError(`Cannot listen on ${where}: ${error.message}`));
    });
    server.listen(config.port, config.host, resolve);
  });
  return {
    server,
    open: (made) => {
      inside = made;
    },
    close: (waitMs) =>
      new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), waitMs);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}
