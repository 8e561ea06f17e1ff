import { type Scenario, whenBalancerChanged } from "../stage";

export const haproxyTwoCookies: Scenario = {
  name: "haproxy-two-cookies",
  about: "two HAProxy share a pool, and each binds sessions by a cookie of its own",
  async play(stage) {
    const nodes = await stage.nodesOf(4);
    const balancer = (name: string, cookie: string) =>
      stage.haproxy({
        name,
        nodes,
        backend: ["balance roundrobin", `cookie ${cookie} insert indirect nocache`],
        server: (node) => `cookie ${node.name}`,
        source: { affinity: { method: "cookie", cookie } },
      });
    const left = await balancer("edge-left", "SRV_L");
    const right = await balancer("edge-right", "SRV_R");
    await stage.browse(stage.clients(2, right), 2);
    const clients = stage.clients(6, left);
    for (let round = 0; round < 3; round += 1) {
      for (const via of [left, right])
        for (const client of clients)
          for (let visit = 0; visit < 2; visit += 1) await client.get(stage.page(), { via });
    }
    return { why: whenBalancerChanged };
  },
};
