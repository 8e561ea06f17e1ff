import { SessionStore } from "../session-store";
import { nothingMoves, type Scenario } from "../stage";

export const haproxyNodeMemory: Scenario = {
  name: "haproxy-node-memory",
  about: "sticky routing; one node restarts and forgets its sessions, which are lost to storage",
  async play(stage) {
    const stores = [1, 2, 3].map((index) => new SessionStore(`memory of app${index}`));
    const nodes = await Promise.all(
      stores.map((store, index) => stage.node(`app${index + 1}`, { store })),
    );
    const edge = await stage.haproxy({
      nodes,
      backend: ["balance roundrobin", "cookie SERVERID insert indirect nocache"],
      server: (node) => `cookie ${node.name}`,
      source: { affinity: { method: "cookie", cookie: "SERVERID" } },
    });
    const clients = stage.clients(9, edge);
    await stage.browse(clients, 4);
    stores[0]?.clear();
    await stage.browse(clients, 4);
    return { why: nothingMoves, lostTo: () => "storage" };
  },
};
