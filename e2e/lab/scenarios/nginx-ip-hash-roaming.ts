import { type Scenario, whenAddressChanged } from "../stage";

export const nginxIpHashRoaming: Scenario = {
  name: "nginx-ip-hash-roaming",
  about: "ip_hash; clients change to another network in the middle of a session",
  async play(stage) {
    const nodes = await stage.nodesOf(3);
    const edge = await stage.nginx({
      nodes,
      upstream: ["ip_hash;"],
      source: { affinity: { method: "source-ip" } },
    });
    const roaming = stage.clients(6, edge);
    for (const network of [11, 22, 33, 44]) {
      for (const [index, client] of roaming.entries()) {
        const from = `127.${network}.${index * 7 + 1}.${stage.chance.between(2, 250)}`;
        for (let visit = 0; visit < 2; visit += 1) await client.get(stage.page(), { from });
      }
    }
    return { why: whenAddressChanged };
  },
};
