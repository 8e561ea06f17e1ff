import type { Directives } from "./fix";

const stateful = (ttl: string) =>
  `http_filters:\n- name: envoy.filters.http.stateful_session\n  typed_config:\n    "@type": type.googleapis.com/envoy.extensions.filters.http.stateful_session.v3.StatefulSession\n    session_state:\n      name: envoy.http.stateful_session.cookie\n      typed_config:\n        "@type": type.googleapis.com/envoy.extensions.http.stateful_session.cookie.v3.CookieBasedSessionState\n        cookie: { name: srv, path: /, ttl: ${ttl} }`;

const ring = (pool: string, ttl: string) =>
  `clusters:\n- name: ${pool}\n  lb_policy: RING_HASH\nroute:\n  cluster: ${pool}\n  hash_policy:\n  - cookie: { name: srv, path: /, ttl: ${ttl} }`;

/** Envoy's API v3: cluster, route and stateful session. */
export const envoy: Directives = {
  failover: ({ pool }) =>
    `clusters:\n- name: ${pool}\n  outlier_detection:\n    consecutive_5xx: 5\n    base_ejection_time: 30s\n    max_ejection_percent: 34`,
  drain: ({ from }) =>
    `# DRAINING in EDS: bound sessions stay\n- endpoint: { address: { socket_address: { address: ${from}, port_value: 8080 } } }\n  health_status: DRAINING`,
  "health-flap": ({ pool }) =>
    `clusters:\n- name: ${pool}\n  health_checks:\n  - timeout: 2s\n    interval: 5s\n    unhealthy_threshold: 4\n    healthy_threshold: 3`,
  retry: () =>
    "retry_policy:\n  retry_on: connect-failure,refused-stream\n  num_retries: 2\n  # not: retry_host_predicate previous_hosts, which always goes elsewhere",
  "pool-change": () => stateful("28800s"),
  "no-affinity": ({ pool }) => ring(pool, "28800s"),
  "lb-disagreement": ({ pool }) =>
    `# the same endpoints and hash on every Envoy\n${ring(pool, "28800s")}`,
  "websocket-upgrade": ({ pool }) =>
    `route:\n  cluster: ${pool}              # as the other routes\n  upgrade_configs: [{ upgrade_type: websocket }]\n  hash_policy:\n  - cookie: { name: srv, path: / }`,
  "cookie-not-set": ({ pool }) => ring(pool, "28800s   # without a ttl Envoy sets no cookie"),
  "cookie-invalid": () => stateful("28800s"),
  "cookie-expired": () => stateful("86400s"),
  "client-ip-change": ({ pool }) =>
    `# instead of connection_properties: { source_ip: true }\n${ring(pool, "28800s")}`,
  unknown: () =>
    "access_log: … %UPSTREAM_HOST% %UPSTREAM_REQUEST_ATTEMPT_COUNT% %RESPONSE_FLAGS%\n  %REQ(X-REQUEST-ID)% %REQ(COOKIE:srv)%",
};
