import { nothingMoves, type Scenario } from "../stage";

export const nginxIpHash: Scenario = {
  name: "nginx-ip-hash",
  about: "ip_hash; several networks, many sessions behind one address, nothing moves",
  async play(stage) {
    const nodes = await stage.nodesOf(3);
    const edge = await stage.nginx({
      nodes,
      upstream: ["ip_hash;"],
      source: { affinity: { method: "source-ip" } },
    });
    const behindNat = stage.clients(4, edge, { from: "127.0.9.9" });
    const others = Array.from({ length: 6 }, (_, index) =>
      stage.client(edge, { from: `127.${index + 1}.${stage.chance.between(1, 200)}.4` }),
    );
    await stage.browse([...behindNat, ...others], 6);
    return { why: nothingMoves };
  },
};
