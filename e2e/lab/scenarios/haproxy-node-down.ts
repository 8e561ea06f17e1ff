import type { Scenario } from "../stage";

export const haproxyNodeDown: Scenario = {
  name: "haproxy-node-down",
  about: "a node dies: first redispatches, then the check finds it down; it comes back later",
  async play(stage) {
    const nodes = await stage.nodesOf(3);
    const edge = await stage.haproxy({
      nodes,
      backend: [
        "balance roundrobin",
        "option httpchk GET /healthz",
        "option redispatch",
        "retries 1",
        "cookie SERVERID insert indirect nocache",
      ],
      server: (node) => `cookie ${node.name} check inter 1s fall 3 rise 1`,
      source: { affinity: { method: "cookie", cookie: "SERVERID" } },
    });
    const clients = stage.clients(12, edge);
    await stage.browse(clients, 3);
    const [first] = nodes;
    if (!first) throw new Error("no node");
    await first.stop();
    // Half of the sessions come before the check has noticed, the others after it.
    await stage.browse(clients.slice(0, 6), 2);
    await edge.sees(first, "DOWN");
    await stage.browse(clients, 2);
    await first.start();
    await edge.sees(first, "UP");
    await stage.browse([...clients, ...stage.clients(3, edge)], 3);
    return { why: () => ({ cause: "failover" }) };
  },
};
