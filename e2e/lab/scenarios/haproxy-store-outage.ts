import { nothingMoves, type Scenario } from "../stage";

export const haproxyStoreOutage: Scenario = {
  name: "haproxy-store-outage",
  about: "routing is sticky, but the shared store goes away and loses what it knew",
  async play(stage) {
    const nodes = await stage.nodesOf(3);
    const edge = await stage.haproxy({
      nodes,
      backend: ["balance roundrobin", "cookie SERVERID insert indirect nocache"],
      server: (node) => `cookie ${node.name}`,
      source: { affinity: { method: "cookie", cookie: "SERVERID" } },
    });
    const clients = stage.clients(9, edge);
    await stage.browse(clients, 4);
    stage.store.clear();
    await stage.browse(clients, 4);
    return { why: nothingMoves, lostTo: () => "storage" };
  },
};
