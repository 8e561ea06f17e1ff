import type { Scenario } from "../stage";

export const haproxyFlapping: Scenario = {
  name: "haproxy-flapping",
  about: "a node's check fails and recovers again and again; each time its sessions move",
  async play(stage) {
    const nodes = await stage.nodesOf(3);
    const edge = await stage.haproxy({
      nodes,
      backend: [
        "balance roundrobin",
        "option httpchk GET /healthz",
        "option redispatch",
        "cookie SERVERID insert indirect nocache",
      ],
      server: (node) => `cookie ${node.name} check inter 200ms fall 2 rise 2`,
      source: { affinity: { method: "cookie", cookie: "SERVERID" } },
    });
    const [flapping] = nodes;
    if (!flapping) throw new Error("no node");
    const clients = stage.clients(3, edge);
    for (let cycle = 0; cycle < 4; cycle += 1) {
      clients.push(...stage.clients(6, edge));
      await stage.browse(clients, 2);
      flapping.healthy = false;
      await edge.sees(flapping, "DOWN");
      await stage.browse(clients, 2);
      flapping.healthy = true;
      await edge.sees(flapping, "UP");
    }
    await stage.browse(clients, 1);
    return { why: () => ({ cause: "health-flap" }) };
  },
};
