import { nothingMoves, type Scenario } from "../stage";

export const haproxyRedisEviction: Scenario = {
  name: "haproxy-redis-eviction",
  about: "routing is sticky, but Redis has room for fewer sessions and evicts some of them",
  async play(stage) {
    const redis = await stage.redis(["--maxmemory-policy", "allkeys-lru"]);
    const nodes = await stage.nodesOf(3, { store: redis });
    const edge = await stage.haproxy({
      nodes,
      backend: ["balance roundrobin", "cookie SRV insert indirect nocache"],
      server: (node) => `cookie ${node.name}`,
    });
    const clients = stage.clients(14, edge);
    await stage.browse(clients, 3);
    await redis.shrink(8_000);
    await stage.browse(clients, 1);
    return { why: nothingMoves, lostTo: () => "storage" };
  },
};
