import type { Scenario } from "../stage";

export const nginxReloadUnannounced: Scenario = {
  name: "nginx-reload-unannounced",
  about: "a reload with more nodes that nobody posted: only the log shows that all moved at once",
  async play(stage) {
    const nodes = await stage.nodesOf(5);
    const edge = await stage.nginx({
      nodes: nodes.slice(0, 3),
      upstream: ["ip_hash;"],
      source: { affinity: { method: "source-ip" } },
    });
    const clients = Array.from({ length: 12 }, (_, index) =>
      stage.client(edge, {
        from: `127.${stage.chance.between(1, 200)}.${index + 1}.3`,
        keepAlive: false,
      }),
    );
    await stage.browse(clients, 4);
    await edge.reload(nodes);
    await stage.browse(clients, 4);
    return { why: () => ({ cause: "pool-change" }) };
  },
};
