import type { Scenario } from "../stage";

export const haproxyNoAffinity: Scenario = {
  name: "haproxy-no-affinity",
  about: "round robin without any persistence; each node keeps its own sessions, so they are lost",
  async play(stage) {
    const nodes = await stage.nodesOf(3, { own: true });
    const edge = await stage.haproxy({ nodes, backend: ["balance roundrobin"] });
    await stage.browse(stage.clients(6, edge), 6);
    return { why: () => ({ cause: "no-affinity" }), lostTo: () => "routing" };
  },
};
