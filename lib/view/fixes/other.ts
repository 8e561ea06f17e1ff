import type { Directives, FixPlace } from "./fix";

const traefikSticky = ({ pool }: FixPlace) =>
  `http:\n  services:\n    ${pool}:\n      loadBalancer:\n        sticky:\n          cookie:\n            name: srv\n            secure: true\n            httpOnly: true\n            sameSite: lax`;

/** Traefik, HTTP services: sticky sessions and health checks. */
export const traefik: Directives = {
  failover: ({ pool }) =>
    `http:\n  services:\n    ${pool}:\n      loadBalancer:\n        healthCheck: { path: /healthz, interval: 5s, timeout: 2s }`,
  "health-flap": ({ pool }) =>
    `http:\n  services:\n    ${pool}:\n      loadBalancer:\n        healthCheck: { path: /healthz, interval: 10s, timeout: 5s }`,
  retry: () =>
    "# who has the sticky cookie is sent to the same server again\nhttp:\n  middlewares:\n    again:\n      retry: { attempts: 2, initialInterval: 100ms }",
  "no-affinity": traefikSticky,
  "pool-change": traefikSticky,
  "lb-disagreement": (place) =>
    `# the same server URLs on every Traefik: the cookie is a hash of them\n${traefikSticky(place)}`,
  "cookie-not-set": traefikSticky,
  "cookie-expired": (place) =>
    `# no maxAge: it is not renewed, and ends in the midst of a session\n${traefikSticky(place)}`,
  "cookie-not-sent": traefikSticky,
  "client-ip-change": traefikSticky,
  "websocket-upgrade": ({ pool }) =>
    `http:\n  routers:\n    ws:\n      rule: PathPrefix(\`/ws\`)\n      service: ${pool}      # the one with the sticky cookie`,
  unknown: () =>
    "accessLog:\n  format: json\n  fields:\n    headers:\n      names: { X-Request-Id: keep, Cookie: keep, Set-Cookie: keep }",
};

const annotations = (...lines: string[]) =>
  [
    "metadata:",
    "  annotations:",
    ...lines.map((line) => `    nginx.ingress.kubernetes.io/${line}`),
  ].join("\n");

const ingressSticky = () =>
  annotations("affinity: cookie", "affinity-mode: persistent", "session-cookie-name: srv");

/** ingress-nginx, annotations. */
export const ingressNginx: Directives = {
  failover: () =>
    `${annotations('session-cookie-change-on-failure: "true"')}\n# and a readinessProbe with failureThreshold: 3`,
  drain: ({ from }) =>
    `# pod ${from}: lets requests under way end; its sessions move at once\nspec:\n  terminationGracePeriodSeconds: 60\n  containers:\n  - lifecycle: { preStop: { exec: { command: [sleep, "30"] } } }`,
  "health-flap": () =>
    "readinessProbe:\n  periodSeconds: 5\n  timeoutSeconds: 3\n  failureThreshold: 4\n  successThreshold: 2",
  retry: () => annotations('proxy-next-upstream-tries: "2"', 'proxy-connect-timeout: "2"'),
  // `balanced`, the default, moves sessions when the pods are scaled.
  "pool-change": ingressSticky,
  "no-affinity": ingressSticky,
  "lb-disagreement": () => `# the same on each ingress of the host\n${ingressSticky()}`,
  "cookie-not-set": () =>
    `# it counts for this ingress' own paths only: each ingress of the host needs it\n${ingressSticky()}`,
  "cookie-invalid": ingressSticky,
  "cookie-expired": () =>
    `# take out session-cookie-max-age and session-cookie-expires: no request renews them\n${ingressSticky()}`,
  "cookie-not-sent": () =>
    annotations(
      "session-cookie-path: /",
      "session-cookie-samesite: Lax",
      'session-cookie-secure: "true"',
    ),
  "client-ip-change": ingressSticky,
  "websocket-upgrade": () =>
    `# the same Ingress and service for /ws\n${annotations("affinity: cookie", 'proxy-read-timeout: "3600"')}`,
  unknown: () =>
    'data:\n  log-format-upstream: "$remote_addr [$time_local] $request $status $upstream_addr $upstream_status $req_id $cookie_srv"',
};

const apacheSticky = ({ pool, from, to }: FixPlace) =>
  `Header add Set-Cookie "ROUTEID=.%{BALANCER_WORKER_ROUTE}e; path=/" env=BALANCER_ROUTE_CHANGED\n<Proxy "balancer://${pool}">\n    BalancerMember "http://${from}:8080" route=${from}\n    BalancerMember "http://${to}:8080" route=${to}\n    ProxySet stickysession=ROUTEID\n</Proxy>`;

/** mod_proxy_balancer. */
export const apache: Directives = {
  failover: ({ from }) => `BalancerMember "http://${from}:8080" route=${from} retry=10 ping=2`,
  drain: ({ pool, from }) =>
    `# N: takes no new sessions. Apache wants the nonce of its page, and a Referer\nu=http://127.0.0.1/balancer-manager\nn=$(curl -s $u | grep -o 'nonce=[0-9a-f-]*' | head -1)\ncurl -e $u -d "b=${pool}&w=http://${from}:8080&w_status_N=1&$n" $u`,
  "no-affinity": apacheSticky,
  "pool-change": apacheSticky,
  "cookie-not-set": apacheSticky,
  "cookie-invalid": apacheSticky,
  "client-ip-change": apacheSticky,
  "lb-disagreement": (place) => `# the same routes on every balancer\n${apacheSticky(place)}`,
  unknown: () =>
    'LogFormat "… %{BALANCER_WORKER_NAME}e %{BALANCER_SESSION_ROUTE}e %{BALANCER_ROUTE_CHANGED}e"',
};

/** Without `max_age` the cookie lasts as long as the browser; with it, it would not be renewed. */
const caddySticky = ({ from, to }: FixPlace) =>
  `reverse_proxy ${from}:8080 ${to}:8080 {\n    lb_policy cookie srv SECRET\n}`;

/** Caddy, reverse_proxy. */
export const caddy: Directives = {
  failover: ({ from, to }) =>
    `reverse_proxy ${from}:8080 ${to}:8080 {\n    health_uri /healthz\n    health_interval 5s\n    health_fails 3\n    fail_duration 10s\n}`,
  "health-flap": ({ from, to }) =>
    `reverse_proxy ${from}:8080 ${to}:8080 {\n    health_timeout 5s\n    health_fails 4\n    health_passes 3\n}`,
  "no-affinity": caddySticky,
  "pool-change": caddySticky,
  "cookie-not-set": caddySticky,
  "cookie-expired": caddySticky,
  "client-ip-change": caddySticky,
  "lb-disagreement": (place) => `# the same SECRET on every balancer\n${caddySticky(place)}`,
};
