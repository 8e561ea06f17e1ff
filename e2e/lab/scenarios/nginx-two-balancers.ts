import { type Scenario, whenBalancerChanged } from "../stage";

export const nginxTwoBalancers: Scenario = {
  name: "nginx-two-balancers",
  about: "two NGINX hash the same cookie over differently ordered nodes",
  async play(stage) {
    const nodes = await stage.nodesOf(3);
    const [first, second, third] = nodes;
    if (!first || !second || !third) throw new Error("no nodes");
    const balancer = (name: string, order: typeof nodes) =>
      stage.nginx({
        name,
        nodes: order,
        upstream: ["hash $cookie_sid;"],
        source: { affinity: { method: "hash", cookie: "sid" } },
      });
    const north = await balancer("edge-north", [first, second, third]);
    const south = await balancer("edge-south", [second, third, first]);
    const clients = stage.clients(6, north);
    for (const client of clients) stage.signIn(client);
    for (let round = 0; round < 3; round += 1)
      for (const via of [north, south])
        for (const client of clients)
          for (let visit = 0; visit < 2; visit += 1) await client.get(stage.page(), { via });
    return { why: whenBalancerChanged };
  },
};
