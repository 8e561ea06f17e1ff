import type { Directives, FixPlace } from "./fix";

const cookie = (more = "") => `cookie SRVID insert indirect nocache${more}`;

const servers = ({ from, to }: FixPlace) =>
  [from, to].map((node) => `    server ${node} ADDRESS:PORT check cookie ${node}`).join("\n");

/** HAProxy's configuration manual, sections 4.2 and 5.2; its management guide, section 9.3. */
export const haproxy: Directives = {
  failover: ({ pool, from }) =>
    `backend ${pool}\n    option redispatch\n    default-server check inter 2s fall 2 rise 3 slowstart 30s\n\n# is it back?\necho "show stat" | socat stdio /run/haproxy/admin.sock | cut -d, -f1,2,18,57 | grep ${from}`,
  drain: ({ pool, from }) =>
    `# bound sessions only; new ones go elsewhere. A reload of HAProxy forgets it\necho "set server ${pool}/${from} state drain" \\\n  | socat stdio /run/haproxy/admin.sock\n# stop the node at 0 bound sessions (see Nodes)`,
  "health-flap": ({ pool }) =>
    `backend ${pool}\n    timeout check 5s\n    default-server check inter 3s fall 4 rise 5 slowstart 30s`,
  retry: ({ pool }) =>
    `backend ${pool}\n    retries 3\n    option redispatch 3    # only the last try may go elsewhere\n    timeout connect 2s`,
  "pool-change": (place) =>
    `backend ${place.pool}\n    balance source         # who has no cookie yet stays where the address leads\n    ${cookie()}\n${servers(place)}`,
  "no-affinity": (place) =>
    `backend ${place.pool}\n    ${cookie(" httponly")}      # and secure, where all is HTTPS\n${servers(place)}`,
  "lb-disagreement": (place) =>
    `# the same on every balancer\nbackend ${place.pool}\n    ${cookie()}\n${servers(place)}\n\n# a stick table is shared by: peers edges, in its stick-table line`,
  "websocket-upgrade": ({ pool }) =>
    `# no backend of its own for upgrades: take out\n#   use_backend … if { hdr(Upgrade) -i websocket }\nbackend ${pool}\n    timeout tunnel 1h`,
  "cookie-not-set": (place) =>
    `backend ${place.pool}\n    ${cookie()}\n${servers(place)}\n    # not: postonly, preserve`,
  "cookie-invalid": ({ pool, to }) =>
    `backend ${pool}\n    ${cookie()}\n    # a value of its own for each server, kept when the server is replaced\n    server ${to} ADDRESS:PORT check cookie ${to}`,
  "cookie-expired": ({ pool }) =>
    `backend ${pool}\n    ${cookie(" maxidle 8h maxlife 24h")}\n    # not below the app's own session time`,
  "cookie-not-sent": ({ pool }) =>
    `backend ${pool}\n    ${cookie(' domain .example.com secure httponly attr "SameSite=Lax"')}\n    # calls from other sites: SameSite=None`,
  "client-ip-change": (place) =>
    `backend ${place.pool}\n    balance source         # leastconn once all have their cookie\n    ${cookie()}\n${servers(place)}`,
  "concurrent-start": ({ pool }) =>
    `backend ${pool}\n    balance source         # until the cookie is there, by address\n    hash-type consistent\n    ${cookie()}`,
  unknown: () =>
    "frontend FRONTEND\n    option httplog\n    capture cookie sid= len 63    # the session's cookie\n    http-request set-header X-Request-ID %[uuid()] unless { req.hdr(X-Request-ID) -m found }\n    http-request capture req.hdr(X-Request-ID) len 64",
};
