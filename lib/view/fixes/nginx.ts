import type { Directives, FixPlace } from "./fix";

const servers = ({ from, to }: FixPlace, more = "") =>
  [from, to].map((node) => `    server ${node}:8080${more};`).join("\n");

/**
 * By a cookie that NGINX sets itself. A hash of the app's own cookie would send
 * the request that begins a session to one node, and the next to another.
 */
const ownCookie = (place: FixPlace) =>
  `upstream ${place.pool} {\n    hash $uid_got$uid_set consistent;\n${servers(place)}\n}\nuserid on;               # in http, server or location\nuserid_name srv_id;\n# from 1.29.6 and in Plus instead, in upstream: sticky cookie srv_id path=/;`;

const sticky = (place: FixPlace, how: string, more = "") =>
  `# NGINX from 1.29.6, NGINX Plus\nupstream ${place.pool} {\n${servers(place, more)}\n    sticky ${how};\n}`;

/** ngx_http_upstream_module, ngx_http_proxy_module and ngx_http_userid_module. */
export const nginx: Directives = {
  failover: (place) =>
    `upstream ${place.pool} {\n${servers(place, " max_fails=2 fail_timeout=10s")}\n}\n# which attempts failed:\n# grep -E "upstream timed out|connect\\(\\) failed" /var/log/nginx/error.log`,
  drain: ({ pool, from, to }) =>
    `# NGINX from 1.29.6, NGINX Plus: bound sessions stay, new ones go elsewhere\nupstream ${pool} {\n    server ${from}:8080 drain;\n    server ${to}:8080;\n    sticky cookie srv_id path=/;\n}\n# older NGINX has no draining: its sessions move at the reload`,
  "health-flap": (place) =>
    `upstream ${place.pool} {\n${servers(place, " max_fails=5 fail_timeout=30s")}\n}\nproxy_read_timeout 30s;`,
  retry: () =>
    "proxy_connect_timeout 2s;\nproxy_next_upstream error timeout;\nproxy_next_upstream_tries 2;",
  "pool-change": ownCookie,
  "no-affinity": ownCookie,
  "lb-disagreement": (place) =>
    `# the same names and weights on every balancer\nupstream ${place.pool} {\n    hash $uid_got$uid_set consistent;\n${servers(place)}\n}`,
  "websocket-upgrade": ({ pool }) =>
    `location /ws/ {\n    proxy_pass http://${pool};     # the same upstream as /\n    proxy_http_version 1.1;\n    proxy_set_header Upgrade $http_upgrade;\n    proxy_set_header Connection "upgrade";\n}`,
  "cookie-not-set": (place) =>
    `${sticky(place, "cookie srv_id path=/")}\n# and take out: proxy_hide_header Set-Cookie;  proxy_ignore_headers Set-Cookie;`,
  "cookie-invalid": ({ pool, from, to }) =>
    `# NGINX from 1.29.6, NGINX Plus\nupstream ${pool} {\n    # a route of its own for each server, kept when its address changes\n    server ${from}:8080 route=${from};\n    server ${to}:8080 route=${to};\n    sticky cookie srv_id path=/;\n}`,
  "cookie-expired": (place) =>
    `${sticky(place, "cookie srv_id expires=24h path=/")}\n# expires counts from the last answer: not below the app's session time`,
  "cookie-not-sent": (place) =>
    sticky(place, "cookie srv_id domain=.example.com path=/ secure httponly samesite=lax"),
  "client-ip-change": (place) => `# instead of: ip_hash;\n${ownCookie(place)}`,
  "concurrent-start": (place) =>
    `# by the session's cookie, from the answer that sets it\n${sticky(place, "learn create=$upstream_cookie_sid lookup=$cookie_sid zone=sessions:1m timeout=8h")}`,
  unknown: () =>
    `log_format hopwatch '… "$upstream_addr" "$upstream_status" "$request_id" "$cookie_sid"';`,
};
