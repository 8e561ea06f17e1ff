import type { Scenario } from "../stage";

export const nginxNodeAway: Scenario = {
  name: "nginx-node-away",
  about: "one request finds a node dead; NGINX then keeps the others' away without an attempt",
  async play(stage) {
    const nodes = await stage.nodesOf(3);
    const edge = await stage.nginx({
      nodes,
      upstream: ["hash $remote_addr consistent;"],
      server: () => "max_fails=1 fail_timeout=20s",
      source: { affinity: { method: "source-ip" } },
    });
    const clients = Array.from({ length: 9 }, (_, index) =>
      stage.client(edge, { from: `127.${index + 3}.9.7`, keepAlive: false }),
    );
    await stage.browse(clients, 3);
    await nodes[2]?.stop();
    await stage.browse(clients, 4);
    return { why: () => ({ cause: "failover" }) };
  },
};
