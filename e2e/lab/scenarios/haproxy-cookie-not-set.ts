import type { Scenario } from "../stage";

export const haproxyCookieNotSet: Scenario = {
  name: "haproxy-cookie-not-set",
  about: "the balancer waits to rewrite a persistence cookie that the app never sets",
  async play(stage) {
    const nodes = await stage.nodesOf(3);
    const edge = await stage.haproxy({
      nodes,
      backend: ["balance roundrobin", "cookie SERVERID rewrite"],
      server: (node) => `cookie ${node.name}`,
      source: { affinity: { method: "cookie", cookie: "SERVERID" } },
    });
    const clients = stage.clients(6, edge);
    for (const client of clients) stage.signIn(client);
    await stage.browse(clients, 6);
    return { why: () => ({ cause: "cookie-not-set" }) };
  },
};
