/** The fifteen causes of a bounce and the class each belongs to. */

export const causes = [
  "failover",
  "drain",
  "health-flap",
  "retry",
  "pool-change",
  "no-affinity",
  "lb-disagreement",
  "websocket-upgrade",
  "cookie-not-set",
  "cookie-invalid",
  "cookie-expired",
  "cookie-not-sent",
  "client-ip-change",
  "concurrent-start",
  "unknown",
] as const;
export type Cause = (typeof causes)[number];

export type CauseClass = "infrastructure" | "routing" | "client" | "unknown";

const classes: Record<Cause, CauseClass> = {
  failover: "infrastructure",
  drain: "infrastructure",
  "health-flap": "infrastructure",
  retry: "infrastructure",
  "pool-change": "routing",
  "no-affinity": "routing",
  "lb-disagreement": "routing",
  "websocket-upgrade": "routing",
  "cookie-not-set": "routing",
  "cookie-invalid": "routing",
  "cookie-expired": "client",
  "cookie-not-sent": "client",
  "client-ip-change": "client",
  "concurrent-start": "client",
  unknown: "unknown",
};

export function classOf(cause: Cause): CauseClass {
  return classes[cause];
}

/** A bounce is explained when the move was right, given what the load balancer knew. */
export function isExplained(cause: Cause): boolean {
  return classOf(cause) === "infrastructure";
}

/** One fact that bears on a verdict: where it stands, what it says, what that means. */
export interface Evidence {
  field: string;
  value: string;
  meaning: string;
}

/** A verdict on one bounce. `confidence` is from 0 to 1. */
export interface Verdict {
  cause: Cause;
  confidence: number;
  evidence: Evidence[];
}
