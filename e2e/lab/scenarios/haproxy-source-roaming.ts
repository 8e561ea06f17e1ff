import { type Scenario, whenAddressChanged } from "../stage";

export const haproxySourceRoaming: Scenario = {
  name: "haproxy-source-roaming",
  about: "source hash; some clients change their address in the middle of a session",
  async play(stage) {
    const nodes = await stage.nodesOf(3);
    const edge = await stage.haproxy({
      nodes,
      backend: ["balance source"],
      source: { affinity: { method: "source-ip" } },
    });
    const steady = Array.from({ length: 5 }, (_, index) =>
      stage.client(edge, { from: `127.0.${index + 1}.1` }),
    );
    const roaming = stage.clients(6, edge);
    for (const network of [10, 20, 30, 40]) {
      for (const [index, client] of roaming.entries()) {
        const from = `127.${network}.${index + 1}.${stage.chance.between(2, 250)}`;
        for (let visit = 0; visit < 2; visit += 1) await client.get(stage.page(), { from });
      }
      await stage.browse(steady, 2);
    }
    return { why: whenAddressChanged };
  },
};
