import type { Scenario } from "../stage";

export const haproxyNoAffinityShared: Scenario = {
  name: "haproxy-no-affinity-shared",
  about: "round robin without persistence over a shared store: sessions hop, none is lost",
  async play(stage) {
    const nodes = await stage.nodesOf(4);
    const edge = await stage.haproxy({
      nodes,
      backend: ["balance leastconn"],
      source: { affinity: { method: "none" } },
    });
    await stage.browse(stage.clients(6, edge), 6);
    return { why: () => ({ cause: "no-affinity" }) };
  },
};
