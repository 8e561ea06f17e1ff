import { type Scenario, whenBalancerChanged } from "../stage";

export const haproxyTwoBalancers: Scenario = {
  name: "haproxy-two-balancers",
  about: "two HAProxy share a pool and a cookie, but give its values to different nodes",
  async play(stage) {
    const nodes = await stage.nodesOf(3);
    const letters = ["a", "b", "c"];
    const balancer = (name: string, shift: number) =>
      stage.haproxy({
        name,
        nodes,
        backend: ["balance roundrobin", "cookie SERVERID insert indirect nocache"],
        server: (node) => `cookie ${letters[(nodes.indexOf(node) + shift) % 3]}`,
        source: { affinity: { method: "cookie", cookie: "SERVERID" } },
      });
    const east = await balancer("edge-east", 0);
    const west = await balancer("edge-west", 1);
    const clients = stage.clients(6, east);
    for (let round = 0; round < 3; round += 1) {
      for (const via of [east, west])
        for (const client of clients)
          for (let visit = 0; visit < 2; visit += 1) await client.get(stage.page(), { via });
    }
    await stage.browse(stage.clients(4, west), 4);
    return { why: whenBalancerChanged };
  },
};
