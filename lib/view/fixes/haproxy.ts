import type { Directives } from "./fix";

const cookie = (more = "") => `cookie SRVID insert indirect nocache${more}`;

/** HAProxy's configuration manual, sections 4.2 and 5.2; its management guide, section 9.3. */
export const haproxy: Directives = {
  failover: ({ pool, from }) =>
    `backend ${pool}\n    option redispatch\n    default-server check inter 2s fall 2 rise 3 slowstart 30s\n\n# is it back?\necho "show servers state ${pool}" | socat stdio /run/haproxy/admin.sock | grep ${from}`,
  drain: ({ pool, from }) =>
    `# bound sessions only; new ones go elsewhere\necho "set server ${pool}/${from} state drain" \\\n  | socat stdio /run/haproxy/admin.sock\n# stop the node at 0 bound sessions (see Nodes)`,
  "health-flap": ({ pool }) =>
    `backend ${pool}\n    timeout check 2s\n    default-server check inter 2s fall 4 rise 5 slowstart 30s`,
  retry: ({ pool }) =>
    `backend ${pool}\n    retries 3\n    option redispatch 3    # only the last try may go elsewhere\n    timeout connect 2s`,
  "pool-change": ({ pool, from }) =>
    `backend ${pool}\n    ${cookie()}\n    server ${from} … check cookie ${from}\n\n# or, where there can be no cookie:\n    balance source\n    hash-type consistent`,
  "no-affinity": ({ pool, from, to }) =>
    `backend ${pool}\n    ${cookie(" httponly secure")}\n    server ${from} … check cookie ${from}\n    server ${to} … check cookie ${to}`,
  "lb-disagreement": ({ pool, from }) =>
    `# the same on every balancer\nbackend ${pool}\n    ${cookie()}\n    server ${from} … check cookie ${from}\n\n# with a stick table: share it\n    stick-table type string len 64 size 1m expire 8h peers edges`,
  "websocket-upgrade": ({ pool }) =>
    `# no backend of its own for upgrades\nuse_backend ${pool} if { hdr(Upgrade) -i websocket }\n\nbackend ${pool}\n    timeout tunnel 1h`,
  "cookie-not-set": ({ pool }) =>
    `backend ${pool}\n    ${cookie()}\n    # not: postonly, preserve, http-response del-header Set-Cookie`,
  "cookie-invalid": ({ pool, to }) =>
    `backend ${pool}\n    # a value of its own for each server, kept when the server is replaced\n    server ${to} … check cookie ${to}\n\n# or values that follow from the address:\n    ${cookie(" dynamic")}\n    dynamic-cookie-key KEY`,
  "cookie-expired": ({ pool }) =>
    `backend ${pool}\n    ${cookie(" maxidle 8h maxlife 24h")}\n    # not below the app's own session time`,
  "cookie-not-sent": ({ pool }) =>
    `backend ${pool}\n    ${cookie(' domain example.com secure httponly attr "SameSite=Lax"')}`,
  "client-ip-change": ({ pool, from }) =>
    `backend ${pool}\n    # instead of: balance source\n    balance leastconn\n    ${cookie()}\n    server ${from} … check cookie ${from}`,
  "concurrent-start": ({ pool }) =>
    `backend ${pool}\n    ${cookie()}\n    # until the cookie is there, by address\n    stick-table type ip size 200k expire 1m\n    stick on src if !{ req.cook(SRVID) -m found }`,
  unknown: () =>
    "frontend …\n    option httplog\n    capture cookie SRVID= len 64\n    capture request header X-Request-ID len 64",
};
