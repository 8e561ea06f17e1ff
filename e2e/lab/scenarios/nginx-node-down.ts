import type { Scenario } from "../stage";

export const nginxNodeDown: Scenario = {
  name: "nginx-node-down",
  about: "a node of a hashed upstream refuses connections; NGINX tries it, then leaves it out",
  async play(stage) {
    const nodes = await stage.nodesOf(3);
    const edge = await stage.nginx({
      nodes,
      upstream: ["hash $cookie_sid consistent;"],
      server: () => "max_fails=1 fail_timeout=60s",
      source: { affinity: { method: "hash", cookie: "sid" } },
    });
    const clients = stage.clients(18, edge);
    for (const client of clients) stage.signIn(client);
    await stage.browse(clients, 3);
    const [first] = nodes;
    if (!first) throw new Error("no node");
    await first.stop();
    await stage.browse(clients, 3);
    // The request that finds the node gone has tried it first: both words are true of it.
    return { why: () => ({ cause: "failover", also: ["retry"] }) };
  },
};
