import { routeCookie } from "../apache";
import type { Scenario } from "../stage";

export const apacheNodeDown: Scenario = {
  name: "apache-node-down",
  about: "a member of Apache's balancer dies unannounced; its sessions' routes are changed",
  async play(stage) {
    const nodes = await stage.nodesOf(3);
    const edge = await stage.apache({
      nodes,
      set: ["stickysession=ROUTEID"],
      member: () => "retry=60",
      server: [routeCookie],
      source: { affinity: { method: "cookie", cookie: "ROUTEID" } },
    });
    const clients = stage.clients(12, edge);
    await stage.browse(clients, 3);
    const [first] = nodes;
    if (!first) throw new Error("no node");
    await first.stop();
    await stage.browse(clients, 4);
    return { why: () => ({ cause: "failover" }) };
  },
};
