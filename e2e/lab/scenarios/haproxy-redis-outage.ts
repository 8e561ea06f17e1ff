import { nothingMoves, type Scenario } from "../stage";

export const haproxyRedisOutage: Scenario = {
  name: "haproxy-redis-outage",
  about: "routing is sticky, but the Redis of all nodes is killed and comes back empty",
  async play(stage) {
    const redis = await stage.redis();
    const nodes = await stage.nodesOf(3, { store: redis });
    const edge = await stage.haproxy({
      nodes,
      backend: ["balance roundrobin", "cookie SRV insert indirect nocache"],
      server: (node) => `cookie ${node.name}`,
    });
    const clients = stage.clients(8, edge);
    await stage.browse(clients, 3);
    await redis.stop();
    await stage.browse(clients, 1);
    await redis.start();
    await stage.browse(clients, 3);
    return { why: nothingMoves, lostTo: () => "storage" };
  },
};
