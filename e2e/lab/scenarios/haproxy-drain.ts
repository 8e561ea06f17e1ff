import { pause } from "../patience";
import type { Scenario } from "../stage";

export const haproxyDrain: Scenario = {
  name: "haproxy-drain",
  about: "a deploy drains a node by the runtime API, takes it into maintenance, and returns it",
  async play(stage) {
    const nodes = await stage.nodesOf(3);
    const edge = await stage.haproxy({
      nodes,
      backend: [
        "balance roundrobin",
        "cookie SERVERID insert indirect nocache",
        "option redispatch",
      ],
      server: (node) => `cookie ${node.name} check inter 300ms rise 1`,
      source: { affinity: { method: "cookie", cookie: "SERVERID" } },
    });
    const clients = stage.clients(12, edge);
    await stage.browse(clients, 3);
    for (const node of nodes.slice(0, 2)) {
      await edge.command(`set server ${stage.pool}/${node.name} state drain`);
      // A draining server still takes the sessions whose cookie names it.
      await stage.browse(clients, 2);
      await edge.command(`set server ${stage.pool}/${node.name} state maint`);
      await pause(700);
      await stage.browse(clients, 2);
      await edge.command(`set server ${stage.pool}/${node.name} state ready`);
      await edge.sees(node, "UP");
      await pause(700);
      await stage.browse(clients, 1);
    }
    return { why: () => ({ cause: "drain" }) };
  },
};
