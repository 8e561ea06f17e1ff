import type { Scenario } from "../stage";

export const nginxNextUpstream: Scenario = {
  name: "nginx-next-upstream",
  about: "a node answers 503 to single requests, which are passed on to the next and come back",
  async play(stage) {
    const nodes = await stage.nodesOf(3);
    const edge = await stage.nginx({
      nodes,
      upstream: ["hash $cookie_sid consistent;"],
      location: ["proxy_next_upstream error timeout http_503;"],
      source: { affinity: { method: "hash", cookie: "sid" } },
    });
    const clients = stage.clients(9, edge);
    for (const client of clients) stage.signIn(client);
    await stage.browse(clients, 3);
    const [first] = nodes;
    if (!first) throw new Error("no node");
    for (let round = 0; round < 2; round += 1) {
      first.refuseWith = 503;
      await stage.browse(clients, 1);
      first.refuseWith = null;
      await stage.browse(clients, 2);
    }
    return { why: (move) => ({ cause: "retry", isReturn: move.to === first.name }) };
  },
};
