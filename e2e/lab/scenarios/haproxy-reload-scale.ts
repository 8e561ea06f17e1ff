import { pause } from "../patience";
import type { Scenario } from "../stage";

export const haproxyReloadScale: Scenario = {
  name: "haproxy-reload-scale",
  about: "a new process with more nodes takes over (-sf): the hash of addresses remaps",
  async play(stage) {
    const nodes = await stage.nodesOf(5);
    const edge = await stage.haproxy({
      // Of its own name: what a balancer says of itself concerns all its pools.
      name: "edge-reloaded",
      nodes: nodes.slice(0, 3),
      backend: ["balance source"],
    });
    const clients = Array.from({ length: 12 }, (_, index) =>
      stage.client(edge, { from: `127.${index + 3}.1.7`, keepAlive: false }),
    );
    await stage.browse(clients, 3);
    await pause(300);
    await edge.reload(nodes);
    await stage.browse(clients, 3);
    return { why: () => ({ cause: "pool-change" }) };
  },
};
