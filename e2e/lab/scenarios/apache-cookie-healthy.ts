import { routeCookie } from "../apache";
import { nothingMoves, type Scenario } from "../stage";

export const apacheCookieHealthy: Scenario = {
  name: "apache-cookie-healthy",
  about:
    "Apache binds by its route cookie; clients share an address, roam, ask several things at once",
  async play(stage) {
    const nodes = await stage.nodesOf(3);
    const edge = await stage.apache({
      nodes,
      set: ["stickysession=ROUTEID"],
      server: [routeCookie],
      source: { affinity: { method: "cookie", cookie: "ROUTEID" } },
    });
    const clients = [...stage.clients(4, edge, { from: "127.0.7.7" }), ...stage.clients(4, edge)];
    await stage.browse(clients, 5);
    const [roaming] = clients;
    for (let step = 1; step <= 4; step += 1)
      await roaming?.get(stage.page(), { from: `127.0.${step}.9` });
    for (const client of clients)
      await Promise.all([1, 2, 3].map(() => client.get("/tile?delay=20")));
    return { why: nothingMoves };
  },
};
