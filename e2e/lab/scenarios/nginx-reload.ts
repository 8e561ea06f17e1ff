import type { Scenario } from "../stage";

export const nginxReload: Scenario = {
  name: "nginx-reload",
  about: "a reload adds a node to a plain hash, which moves most sessions at once",
  async play(stage) {
    const nodes = await stage.nodesOf(4);
    const edge = await stage.nginx({
      nodes: nodes.slice(0, 3),
      upstream: ["hash $cookie_sid;"],
      source: { affinity: { method: "hash", cookie: "sid" } },
    });
    const clients = stage.clients(12, edge, { keepAlive: false });
    for (const client of clients) stage.signIn(client);
    await stage.browse(clients, 3);
    stage.change("scale", "app4 added", { lb: edge.name });
    await edge.reload(nodes);
    await stage.browse(clients, 4);
    return { why: () => ({ cause: "pool-change" }) };
  },
};
