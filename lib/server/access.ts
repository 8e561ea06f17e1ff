import { createHash, timingSafeEqual } from "node:crypto";
import { isLoopback } from "@/lib/domain/loopback";
import { Problem } from "@/lib/domain/problem";
import { ingestKeyIn } from "./ingest-key-in-request";
import { type Runtime, runtime } from "./runtime";
import { sessionCookie } from "./sessions";

/**
 * Who may call a route. `public`: anybody. `ingest`: who holds an ingest key. `view`: who may look. `admin`: who may
 * look, and for a change, from our own pages. `either`: `admin` or an ingest key.
 */
export type Access = "public" | "ingest" | "view" | "admin" | "either";

export type Caller =
  | { kind: "anybody" }
  | { kind: "ingest"; keyId: number; keyName: string }
  | { kind: "viewer"; by: "loopback" | "login" | "token" };

/** Set by our own HTTP front, which removes it from what clients send. See `front.ts`. */
export const localHeader = "x-hopwatch-local";
/** The address at the other end of the connection. */
export const peerHeader = "x-hopwatch-peer";
/** The path and query that the client asked for, for the way back after a login. */
export const pathHeader = "x-hopwatch-path";

const forwarding = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"];

/**
 * Is this a request from a browser or a program on this very machine, to this very machine? The `Host` is looked at
 * too: a page of another site whose name was made to point here (DNS rebinding) carries that name. A request that some
 * proxy passed on came from elsewhere.
 */
export function isLocalRequest(
  listening: string,
  peer: string | undefined,
  headerOf: (name: string) => string | string[] | undefined,
): boolean {
  const host = headerOf("host");
  return (
    isLoopback(listening) &&
    isLoopback((peer ?? "").replace(/^::ffff:/, "")) &&
    typeof host === "string" &&
    isLoopback(host.replace(/:\d+$/, "")) &&
    forwarding.every((name) => headerOf(name) === undefined)
  );
}

function bearer(authorization: string | null): string | null {
  return /^Bearer\s+(\S+)\s*$/i.exec(authorization ?? "")?.[1] ?? null;
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHash("sha256").update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}

export interface Credentials {
  local: boolean;
  token: string | null;
  cookie: string | null;
}

/** What a request brings to be known by. */
export function credentialsIn(headerOf: (name: string) => string | null | undefined): Credentials {
  return {
    local: headerOf(localHeader) === "1",
    token: bearer(headerOf("authorization") ?? null),
    cookie: cookieIn(headerOf("cookie")),
  };
}

/** Who looks, if the visitor may. */
export async function viewerOf(current: Runtime, given: Credentials): Promise<Caller | null> {
  if (given.local) return { kind: "viewer", by: "loopback" };
  if (given.cookie !== null && (await current.sessions.isValid(given.cookie)))
    return { kind: "viewer", by: "login" };
  const { viewerToken } = current.config;
  if (given.token !== null && viewerToken !== null && sameText(given.token, viewerToken))
    return { kind: "viewer", by: "token" };
  return null;
}

function cookieIn(header: string | null | undefined): string | null {
  for (const part of (header ?? "").split(";")) {
    const [name, ...value] = part.split("=");
    if (name?.trim() === sessionCookie) return value.join("=").trim();
  }
  return null;
}

/**
 * A change must come from our own pages (or from a program, which sends neither header), never from a form or script
 * of another site that rides on the visitor's login or on the open loopback address.
 */
export function refuseForeignOrigin(request: Request): void {
  if (request.method === "GET" || request.method === "HEAD") return;
  const site = request.headers.get("sec-fetch-site");
  const origin = request.headers.get("origin");
  const foreignSite = site !== null && site !== "same-origin" && site !== "none";
  const foreignOrigin =
    origin !== null &&
    (!URL.canParse(origin) || new URL(origin).host !== request.headers.get("host"));
  if (foreignSite || foreignOrigin)
    throw new Problem(403, "Forbidden", "A change cannot be made from another site");
}

async function ingestCaller(current: Runtime, token: string | null): Promise<Caller | null> {
  const holder = token === null ? null : await current.ingestKeys.verify(token);
  return holder && { kind: "ingest", keyId: holder.id, keyName: holder.name };
}

/**
 * Who calls, if the caller may.
 *
 * @throws {Problem} 401 without a valid credential, 403 when it does not suffice.
 */
export async function authorise(access: Access, request: Request): Promise<Caller> {
  if (access === "public") return { kind: "anybody" };
  const current = runtime();
  const given = credentialsIn((name) => request.headers.get(name));
  if (access === "ingest" || access === "either") {
    const caller = await ingestCaller(current, ingestKeyIn(request.headers));
    if (caller) return caller;
    if (access === "ingest")
      throw new Problem(401, "Unauthorized", "Send an ingest key: Authorization: Bearer <key>", {
        headers: { "WWW-Authenticate": "Bearer" },
      });
  }
  const caller = await viewerOf(current, given);
  if (!caller)
    throw new Problem(401, "Unauthorized", "Log in, or send a viewer token", {
      headers: { "WWW-Authenticate": "Bearer" },
    });
  if (access !== "view") {
    if (caller.kind === "viewer" && caller.by === "token")
      throw new Problem(403, "Forbidden", "A viewer token may only read");
    refuseForeignOrigin(request);
  }
  return caller;
}
