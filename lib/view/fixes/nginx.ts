import type { Directives } from "./fix";

/** ngx_http_upstream_module and ngx_http_proxy_module. */
export const nginx: Directives = {
  failover: ({ pool, from }) =>
    `upstream ${pool} {\n    hash $cookie_sid consistent;\n    server ${from}:8080 max_fails=2 fail_timeout=10s;\n}\n# which attempts failed:\n# grep "upstream timed out\\|connect() failed" /var/log/nginx/error.log`,
  drain: ({ pool, from }) =>
    `# NGINX Plus: bound sessions stay, new ones go elsewhere\ncurl -X PATCH -d '{"drain":true}' \\\n  http://127.0.0.1:8080/api/9/http/upstreams/${pool}/servers/ID   # ${from}\n# NGINX: no draining; store sessions outside the node before "down"`,
  "health-flap": ({ pool, from }) =>
    `upstream ${pool} {\n    server ${from}:8080 max_fails=5 fail_timeout=5s;\n}\nproxy_read_timeout 30s;`,
  retry: () =>
    "proxy_connect_timeout 2s;\nproxy_next_upstream error timeout;\nproxy_next_upstream_tries 2;",
  "pool-change": ({ pool }) => `upstream ${pool} {\n    hash $cookie_sid consistent;\n}`,
  "no-affinity": ({ pool }) =>
    `upstream ${pool} {\n    hash $cookie_sid consistent;   # sid: the app's session cookie\n    # or, from 1.29.6 and in Plus:\n    # sticky cookie srv_id expires=8h path=/ httponly secure;\n}`,
  "lb-disagreement": ({ pool }) =>
    `# the same block, in the same order, on every balancer\nupstream ${pool} {\n    hash $cookie_sid consistent;\n}`,
  "websocket-upgrade": ({ pool }) =>
    `location /ws/ {\n    proxy_pass http://${pool};     # the same upstream as /\n    proxy_http_version 1.1;\n    proxy_set_header Upgrade $http_upgrade;\n    proxy_set_header Connection "upgrade";\n}`,
  "cookie-not-set": ({ pool }) =>
    `upstream ${pool} {\n    sticky cookie srv_id expires=8h path=/;\n}\n# and take out: proxy_hide_header Set-Cookie;  proxy_ignore_headers Set-Cookie;`,
  "cookie-invalid": ({ pool, to }) =>
    `upstream ${pool} {\n    # a route of its own for each server, kept when its address changes\n    server ${to}:8080 route=${to};\n    sticky cookie srv_id path=/;\n}`,
  "cookie-expired": ({ pool }) =>
    `upstream ${pool} {\n    sticky cookie srv_id expires=24h path=/;   # not below the app's session time\n}`,
  "cookie-not-sent": ({ pool }) =>
    `upstream ${pool} {\n    sticky cookie srv_id domain=.example.com path=/ secure httponly samesite=lax;\n}`,
  "client-ip-change": ({ pool }) =>
    `upstream ${pool} {\n    # instead of: ip_hash;\n    hash $cookie_sid consistent;\n}`,
  "concurrent-start": ({ pool }) =>
    `# by address until there is a session\nmap $cookie_sid $sticky {\n    ""      $remote_addr;\n    default $cookie_sid;\n}\nupstream ${pool} {\n    hash $sticky consistent;\n}`,
  unknown: () =>
    `log_format hopwatch '… "$upstream_addr" "$upstream_status" "$request_id" "$cookie_sid"';`,
};
