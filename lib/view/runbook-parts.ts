/** The headings under which runbooks speak of one kind of balancer each. */
export const balancerHeadings = [
  "HAProxy",
  "NGINX",
  "AWS ALB",
  "ingress-nginx",
  "Kubernetes service",
  "Envoy",
  "Traefik",
  "Azure",
] as const;

/**
 * Is a part of a runbook open from the start? That on the reader's own balancer
 * is, and those that hold for any. Where the balancer is not known none is
 * guessed: whoever reads in a hurry does what stands open.
 */
export function opensFirst(heading: string, balancer: string | null): boolean {
  return heading === balancer || !balancerHeadings.some((known) => known === heading);
}
