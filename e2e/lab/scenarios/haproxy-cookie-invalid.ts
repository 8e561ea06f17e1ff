import type { Scenario } from "../stage";

export const haproxyCookieInvalid: Scenario = {
  name: "haproxy-cookie-invalid",
  about: "clients come back with a persistence cookie that names no server",
  async play(stage) {
    const nodes = await stage.nodesOf(3);
    const edge = await stage.haproxy({
      nodes,
      backend: ["balance roundrobin", "cookie SERVERID insert indirect nocache"],
      server: (node) => `cookie ${node.name}`,
    });
    const clients = stage.clients(8, edge);
    await stage.browse(clients, 3);
    for (const client of clients) {
      client.jar.set("SERVERID", "retired7");
      await client.get(stage.page());
    }
    await stage.browse(clients, 3);
    return { why: () => ({ cause: "cookie-invalid" }) };
  },
};
