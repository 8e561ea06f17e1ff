import { pause } from "../patience";
import type { Scenario } from "../stage";

export const haproxyCookieMaxlife: Scenario = {
  name: "haproxy-cookie-maxlife",
  about: "sessions in steady use outlive the cookie's life time; nothing was declared",
  async play(stage) {
    const nodes = await stage.nodesOf(3);
    const edge = await stage.haproxy({
      nodes,
      backend: ["balance roundrobin", "cookie SERVERID insert indirect nocache maxlife 5s"],
      server: (node) => `cookie ${node.name}`,
    });
    const clients = stage.clients(7, edge);
    for (let round = 0; round < 13; round += 1) {
      await stage.browse(clients, 1);
      await pause(900);
    }
    return { why: () => ({ cause: "cookie-expired" }) };
  },
};
