/** What mends a cause on a balancer, in that balancer's own words. */
import type { Cause } from "@/lib/domain/causes";

export const balancerKinds = [
  "HAProxy",
  "NGINX",
  "AWS ALB",
  "Envoy",
  "Traefik",
  "ingress-nginx",
  "Apache httpd",
  "Caddy",
] as const;
export type BalancerKind = (typeof balancerKinds)[number];

/** The names that stand in the directives. */
export interface FixPlace {
  pool: string;
  from: string;
  to: string;
}

/** Directives by cause; a cause that a balancer has no answer to is left out. */
export type Directives = Partial<Record<Cause, (place: FixPlace) => string>>;

const prefixes: [string, BalancerKind][] = [
  ["haproxy", "HAProxy"],
  ["ingress-nginx", "ingress-nginx"],
  ["nginx-ingress", "ingress-nginx"],
  ["k8s", "ingress-nginx"],
  ["nginx", "NGINX"],
  ["aws", "AWS ALB"],
  ["envoy", "Envoy"],
  ["istio", "Envoy"],
  ["traefik", "Traefik"],
  ["apache", "Apache httpd"],
  ["caddy", "Caddy"],
];

/** Which balancer writes a format; else what the log's own words tell: HAProxy's four letters at the end of a session. */
export function balancerKind(
  format: string | null,
  termination: string | null,
): BalancerKind | null {
  const named = prefixes.find(([prefix]) => format?.startsWith(prefix));
  if (named) return named[1];
  return termination !== null && /^[A-Za-z-]{2}[NIDVEOU-][NIUPRD-]$/.test(termination)
    ? "HAProxy"
    : null;
}
