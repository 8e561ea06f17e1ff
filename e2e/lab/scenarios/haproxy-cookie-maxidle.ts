import { pause } from "../patience";
import type { Scenario } from "../stage";

export const haproxyCookieMaxidle: Scenario = {
  name: "haproxy-cookie-maxidle",
  about: "the cookie's idle time runs out between two visits",
  async play(stage) {
    const nodes = await stage.nodesOf(3);
    const edge = await stage.haproxy({
      nodes,
      // HAProxy keeps the cookie's date in steps of four seconds.
      backend: [
        "balance roundrobin",
        "cookie SERVERID insert indirect nocache maxidle 4s maxlife 1h",
      ],
      server: (node) => `cookie ${node.name}`,
      source: {
        affinity: { method: "cookie", cookie: "SERVERID", idleSeconds: 4, lifeSeconds: 3600 },
      },
    });
    const clients = stage.clients(8, edge);
    await stage.browse(clients, 3);
    await pause(9_000);
    await stage.browse(clients, 3);
    return { why: () => ({ cause: "cookie-expired" }) };
  },
};
