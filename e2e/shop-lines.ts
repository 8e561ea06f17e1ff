import { randomBytes } from "node:crypto";
import { expect } from "@playwright/test";

/** One request as HAProxy's `option httplog` with a captured session cookie writes it. */
export interface ShopRequest {
  pool: string;
  node: string;
  session: string;
  at: Date;
  path?: string;
  status?: number;
  /** HAProxy's termination state. */
  state?: string;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export function haproxyLine(request: ShopRequest): string {
  const { pool, node, session, at, path = "/cart", status = 200, state = "--VN" } = request;
  const iso = at.toISOString();
  const date = `${iso.slice(8, 10)}/${months[at.getUTCMonth()]}/${iso.slice(0, 4)}:${iso.slice(11, 23)}`;
  return `198.51.100.7:50000 [${date}] www ${pool}/${node} 0/0/1/5/6 ${status} 512 sid=${session} - ${state} 1/1/1/1/0 0/0 "GET ${path} HTTP/1.1"`;
}

/** A name that no other test uses. */
export function fresh(word: string): string {
  return `${word}-${randomBytes(4).toString("hex")}`;
}

export interface Place {
  url: string;
  key: string;
}

/** The server of the whole run. */
export function sharedPlace(): Place {
  return {
    url: `http://127.0.0.1:${process.env.HOPWATCH_E2E_PORT}`,
    key: process.env.HOPWATCH_E2E_KEY ?? "",
  };
}

/** Sends lines as a balancer's shipper does. */
export async function sendLines(place: Place, source: string, lines: string[]): Promise<void> {
  const answer = await fetch(`${place.url}/api/v1/logs/${source}`, {
    method: "POST",
    headers: { authorization: `Bearer ${place.key}` },
    body: `${lines.join("\n")}\n`,
  });
  expect(answer.status).toBe(200);
}

/** A session of a pool that goes from node to node, a request a second, the last of them just now. */
export function journey(pool: string, session: string, nodes: string[]): string[] {
  const now = Date.now();
  return nodes.map((node, index) =>
    haproxyLine({
      pool,
      node,
      session,
      at: new Date(now - (nodes.length - index) * 1000),
      path: `/step/${index}`,
    }),
  );
}
