import { routeCookie } from "../apache";
import type { Scenario } from "../stage";

export const apacheRouteUnknown: Scenario = {
  name: "apache-route-unknown",
  about: "clients come back with a route that no member has",
  async play(stage) {
    const nodes = await stage.nodesOf(3);
    const edge = await stage.apache({
      nodes,
      set: ["stickysession=ROUTEID"],
      server: [routeCookie],
      source: { affinity: { method: "cookie", cookie: "ROUTEID" } },
    });
    const clients = stage.clients(8, edge);
    await stage.browse(clients, 3);
    for (const client of clients) {
      client.jar.set("ROUTEID", ".retired7");
      await client.get(stage.page());
    }
    await stage.browse(clients, 3);
    return { why: () => ({ cause: "cookie-invalid" }) };
  },
};
