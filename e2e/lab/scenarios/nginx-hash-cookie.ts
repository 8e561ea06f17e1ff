import { nothingMoves, type Scenario } from "../stage";

export const nginxHashCookie: Scenario = {
  name: "nginx-hash-cookie",
  about: "consistent hash of the session's cookie; signed-in clients stay, whatever their address",
  async play(stage) {
    const nodes = await stage.nodesOf(4);
    const edge = await stage.nginx({
      nodes,
      upstream: ["hash $cookie_sid consistent;"],
      source: { affinity: { method: "hash", cookie: "sid" } },
    });
    const clients = stage.clients(8, edge);
    for (const [index, client] of clients.entries()) {
      stage.signIn(client);
      for (let visit = 0; visit < 6; visit += 1)
        await client.get(stage.page(), { from: `127.${visit + 1}.${index + 1}.1` });
    }
    return { why: nothingMoves };
  },
};
