import type { Scenario } from "../stage";

export const haproxyRetry: Scenario = {
  name: "haproxy-retry",
  about: "a node that is up answers 503 to single requests, which HAProxy retries on another",
  async play(stage) {
    const nodes = await stage.nodesOf(3);
    const edge = await stage.haproxy({
      nodes,
      backend: [
        "balance roundrobin",
        "option redispatch 1",
        "retries 2",
        "retry-on 503",
        "cookie SERVERID insert indirect nocache",
      ],
      server: (node) => `cookie ${node.name}`,
      source: { affinity: { method: "cookie", cookie: "SERVERID" } },
    });
    const clients = stage.clients(9, edge);
    await stage.browse(clients, 3);
    const [first] = nodes;
    if (!first) throw new Error("no node");
    first.refuseWith = 503;
    await stage.browse(clients, 1);
    first.refuseWith = null;
    await stage.browse(clients, 3);
    // The balancer cannot tell a refusal of the moment from a node in trouble: both words are true.
    return { why: () => ({ cause: "retry", also: ["failover"] }) };
  },
};
