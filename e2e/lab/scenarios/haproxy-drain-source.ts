import { pause } from "../patience";
import type { Scenario } from "../stage";

export const haproxyDrainSource: Scenario = {
  name: "haproxy-drain-source",
  about: "under consistent source hash a drained node's sessions move at once, and return after it",
  async play(stage) {
    const nodes = await stage.nodesOf(3);
    const edge = await stage.haproxy({
      nodes,
      backend: ["balance source", "hash-type consistent"],
      server: () => "check inter 300ms rise 1",
      source: { affinity: { method: "source-ip" } },
    });
    const clients = Array.from({ length: 12 }, (_, index) =>
      stage.client(edge, { from: `127.${stage.chance.between(1, 200)}.${index + 1}.5` }),
    );
    await stage.browse(clients, 3);
    const [first] = nodes;
    if (!first) throw new Error("no node");
    await edge.command(`set server ${stage.pool}/${first.name} state drain`);
    await pause(1_100);
    await stage.browse(clients, 3);
    await edge.command(`set server ${stage.pool}/${first.name} state ready`);
    await edge.sees(first, "UP");
    await pause(1_100);
    await stage.browse(clients, 2);
    return { why: (move) => ({ cause: "drain", isReturn: move.to === first.name }) };
  },
};
