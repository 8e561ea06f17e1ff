/** What a session's requests tell of its persistence cookie. */
import type { TimelineRequest } from "@/lib/schemas/results";

export type Intended =
  | { kind: "named"; node: string }
  /** The session was bound, and this request came without the cookie. */
  | { kind: "unsent" }
  | { kind: "untold" };

/** Which node a cookie value names, from the requests that presented it. */
export function namedBy(requests: readonly TimelineRequest[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const { persistence, intendedNode } of requests)
    if (persistence.presented && intendedNode) names.set(persistence.presented, intendedNode);
  for (const { persistence, node } of requests)
    if (persistence.inserted && node && !names.has(persistence.inserted))
      names.set(persistence.inserted, node);
  return names;
}

export function intendedOf(request: TimelineRequest, bound: boolean): Intended {
  if (request.intendedNode) return { kind: "named", node: request.intendedNode };
  if (bound && request.node && cookieSent(request) !== true) return { kind: "unsent" };
  return { kind: "untold" };
}

// HAProxy's third and fourth flags, its manual's section 8.5: "Session state at disconnection".
const sentFlags: Record<string, string> = {
  N: "no cookie sent",
  I: "cookie names no server",
  D: "cookie names a server that is down",
  V: "valid cookie",
  E: "cookie too old by its last use",
  O: "cookie too old by its first use",
  U: "cookie not used",
};
const setFlags: Record<string, string> = {
  N: "none set",
  I: "one inserted",
  U: "date updated",
  P: "app's own cookie passed on",
  R: "rewritten",
  D: "deleted",
};

/** Whether the client sent the persistence cookie; null where the log does not tell. */
export function cookieSent({ persistence: { presented, state } }: TimelineRequest): boolean | null {
  if (presented !== null) return true;
  const flag = flagsOf(state)?.[0];
  if (flag === "N") return false;
  return flag === undefined ? null : true;
}

export function cookieSet({ persistence: { inserted, state } }: TimelineRequest): boolean {
  const flag = flagsOf(state)?.[1];
  return inserted !== null || (flag !== undefined && "IUPR".includes(flag));
}

function flagsOf(state: string | null): [string, string] | null {
  const match = /^([NIDVEOU])([NIUPRD])$/.exec(state ?? "");
  return match?.[1] && match[2] ? [match[1], match[2]] : null;
}

/** HAProxy's two cookie flags in words; null for another balancer's state. */
export function cookieStateWords(state: string | null): string | null {
  const flags = flagsOf(state);
  return flags && `${sentFlags[flags[0]]}, ${setFlags[flags[1]]}`;
}
