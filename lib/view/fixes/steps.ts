import type { Cause } from "@/lib/domain/causes";
import type { FixPlace } from "./fix";

/** What to do about a cause whatever balancer it is, the first thing first. */
export const steps: Partial<Record<Cause, (place: FixPlace) => string[]>> = {
  failover: ({ from }) => [
    `Find out why ${from} failed; moving away from it was right.`,
    "Keep sessions where every node finds them, so that a failure logs nobody out.",
  ],
  drain: ({ from }) => [
    `Let ${from} drain until no session is bound to it, then stop it.`,
    "Store sessions outside the node, so that a deploy need not wait.",
  ],
  "health-flap": ({ from }) => [
    `Compare ${from}'s health checks with its load: a check that times out under load flaps.`,
    "Ask for more failures before a node counts as down, and for more successes before it is back.",
  ],
  retry: ({ from }) => [
    `Find out why the first attempt on ${from} failed: refused, timed out, or closed too early.`,
    "Try the same node again before another one.",
  ],
  "pool-change": () => [
    "Hash consistently, so that a node more or less moves its own share only.",
    "Better: bind by a cookie, which a change of the pool does not touch.",
  ],
  "no-affinity": ({ pool }) => [`Give ${pool} an affinity rule: nothing binds its sessions.`],
  "lb-disagreement": ({ pool }) => [
    `Make every balancer in front of ${pool} name its nodes, cookie and order alike.`,
    "Roll their configuration out together.",
  ],
  "websocket-upgrade": () => ["Send upgrade requests through the same pool and rule as the rest."],
  "cookie-not-set": () => [
    "Set the persistence cookie in the first response of every session.",
    "See that no cache, proxy or rule takes Set-Cookie out of the response.",
  ],
  "cookie-invalid": ({ to }) => [
    `Keep the cookie values when nodes are renamed or replaced; ${to} got the session by chance.`,
  ],
  "cookie-expired": () => [
    "Let the persistence cookie live at least as long as the app's session.",
  ],
  "cookie-not-sent": () => [
    "Look at the cookie's domain, path, Secure and SameSite beside the requests that came without it.",
    'A fetch to another origin needs credentials: "include".',
  ],
  "client-ip-change": () => ["Bind by a cookie: a phone changes its address as it moves."],
  "concurrent-start": () => [
    "Let the first response arrive before the page asks for more, or bind by something that the first requests share.",
  ],
  unknown: () => ["Log what would prove the cause; Sources names what is missing."],
};
