import type { Scenario } from "../stage";

export const nginxRedisFlush: Scenario = {
  name: "nginx-redis-flush",
  about: "nothing binds, which a shared Redis makes up for, until somebody empties it",
  async play(stage) {
    const redis = await stage.redis();
    const nodes = await stage.nodesOf(3, { store: redis });
    const edge = await stage.nginx({ nodes });
    const clients = stage.clients(7, edge);
    await stage.browse(clients, 4);
    await redis.command("FLUSHALL");
    await stage.browse(clients, 3);
    return { why: () => ({ cause: "no-affinity" }), lostTo: () => "storage" };
  },
};
