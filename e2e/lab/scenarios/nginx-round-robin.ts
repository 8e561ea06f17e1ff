import type { Scenario } from "../stage";

export const nginxRoundRobin: Scenario = {
  name: "nginx-round-robin",
  about: "round robin, no affinity; each node keeps its own sessions, so they are lost",
  async play(stage) {
    const nodes = await stage.nodesOf(3, { own: true });
    const edge = await stage.nginx({ nodes });
    await stage.browse(stage.clients(6, edge), 6);
    return { why: () => ({ cause: "no-affinity" }), lostTo: () => "routing" };
  },
};
