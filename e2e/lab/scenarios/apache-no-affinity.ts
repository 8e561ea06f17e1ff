import type { Scenario } from "../stage";

export const apacheNoAffinity: Scenario = {
  name: "apache-no-affinity",
  about: "a balancer:// without stickysession counts requests and binds nobody",
  async play(stage) {
    const edge = await stage.apache({ nodes: await stage.nodesOf(3) });
    await stage.browse(stage.clients(10, edge), 6);
    return { why: () => ({ cause: "no-affinity" }) };
  },
};
