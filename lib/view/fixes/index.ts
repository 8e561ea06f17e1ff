import type { Cause } from "@/lib/domain/causes";
import { awsAlb } from "./aws-alb";
import { envoy } from "./envoy";
import { type BalancerKind, balancerKinds, type Directives, type FixPlace } from "./fix";
import { haproxy } from "./haproxy";
import { nginx } from "./nginx";
import { apache, caddy, ingressNginx, traefik } from "./other";
import { steps } from "./steps";

const directives: Record<BalancerKind, Directives> = {
  HAProxy: haproxy,
  NGINX: nginx,
  "AWS ALB": awsAlb,
  Envoy: envoy,
  Traefik: traefik,
  "ingress-nginx": ingressNginx,
  "Apache httpd": apache,
  Caddy: caddy,
};

/** What to do about a cause, in steps, and the directive of a balancer; null where it has none. */
export function fixFor(
  cause: Cause,
  kind: BalancerKind | null,
  place: FixPlace,
): { steps: string[]; code: string | null } {
  return {
    steps: steps[cause]?.(place) ?? [],
    code: (kind === null ? undefined : directives[kind][cause])?.(place) ?? null,
  };
}

/** The balancers that have a directive against a cause. */
export function kindsFor(cause: Cause): BalancerKind[] {
  return balancerKinds.filter((kind) => directives[kind][cause] !== undefined);
}
