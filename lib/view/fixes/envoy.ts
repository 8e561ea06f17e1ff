import type { Directives } from "./fix";

/** `ttl` counts from when the cookie was first set, so a session outlives it; 0s: as long as the browser. */
const stateful = () =>
  `http_filters:\n- name: envoy.filters.http.stateful_session\n  typed_config:\n    "@type": type.googleapis.com/envoy.extensions.filters.http.stateful_session.v3.StatefulSession\n    session_state:\n      name: envoy.http.stateful_session.cookie\n      typed_config:\n        "@type": type.googleapis.com/envoy.extensions.http.stateful_session.cookie.v3.CookieBasedSessionState\n        cookie: { name: srv, path: /, ttl: 0s }`;

const ring = (pool: string) =>
  `clusters:\n- name: ${pool}\n  lb_policy: RING_HASH\nroute:\n  cluster: ${pool}\n  hash_policy:\n  - cookie: { name: srv, path: /, ttl: 0s }`;

/** Envoy's API v3: cluster, route and stateful session. */
export const envoy: Directives = {
  failover: ({ pool }) =>
    `clusters:\n- name: ${pool}\n  outlier_detection:\n    consecutive_5xx: 5\n    base_ejection_time: 30s\n    max_ejection_percent: 34`,
  drain: ({ pool, from }) =>
    `# a host that is DRAINING keeps its stateful sessions only where it is listed\nclusters:\n- name: ${pool}\n  common_lb_config:\n    override_host_status: { statuses: [UNKNOWN, HEALTHY, DEGRADED, DRAINING] }\nlb_endpoints:\n- endpoint: { address: { socket_address: { address: ${from}, port_value: 8080 } } }\n  health_status: DRAINING`,
  "health-flap": ({ pool }) =>
    `clusters:\n- name: ${pool}\n  health_checks:\n  - timeout: 2s\n    interval: 5s\n    unhealthy_threshold: 4\n    healthy_threshold: 3`,
  retry: () =>
    "retry_policy:\n  retry_on: connect-failure,refused-stream\n  num_retries: 2\n  # not: retry_host_predicate previous_hosts, which always goes elsewhere",
  "pool-change": () => stateful(),
  "no-affinity": ({ pool }) => ring(pool),
  "lb-disagreement": ({ pool }) => `# the same endpoints and hash on every Envoy\n${ring(pool)}`,
  "websocket-upgrade": ({ pool }) =>
    `route:\n  cluster: ${pool}              # as the other routes\n  upgrade_configs: [{ upgrade_type: websocket }]\n  hash_policy:\n  - cookie: { name: srv, path: / }`,
  "cookie-not-set": ({ pool }) =>
    `# without a ttl Envoy sets no cookie; 0s: as long as the browser\n${ring(pool)}`,
  "cookie-invalid": () => stateful(),
  "cookie-expired": () => stateful(),
  "client-ip-change": ({ pool }) =>
    `# instead of connection_properties: { source_ip: true }\n${ring(pool)}`,
  unknown: () =>
    "# in the access log's format:\n# %UPSTREAM_HOST% %UPSTREAM_REQUEST_ATTEMPT_COUNT% %RESPONSE_FLAGS%\n# %REQ(X-REQUEST-ID)% %REQ(COOKIE)% %RESP(SET-COOKIE)%",
};
