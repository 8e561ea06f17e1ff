import { nothingMoves, type Scenario } from "../stage";

export const haproxyClocks: Scenario = {
  name: "haproxy-clocks",
  about: "every app's clock is off by another time, some answers are slow; nothing moves",
  async play(stage) {
    const nodes = [];
    for (const [index, clockSkewMs] of [-30_000, -789, 12_345, 30_000].entries())
      nodes.push(await stage.node(`app${index + 1}`, { clockSkewMs }));
    const edge = await stage.haproxy({
      nodes,
      backend: ["balance roundrobin", "cookie SRV insert indirect nocache"],
      server: (node) => `cookie ${node.name}`,
    });
    const clients = stage.clients(12, edge);
    await stage.browse(clients, 15, 60);
    await Promise.all(clients.map((client) => client.get("/report?delay=400")));
    await stage.browse(clients, 2);
    return { why: nothingMoves };
  },
};
