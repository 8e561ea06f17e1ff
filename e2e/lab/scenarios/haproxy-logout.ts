import { bareCookie } from "../cookies";
import { pause } from "../patience";
import { nothingMoves, type Scenario } from "../stage";

export const haproxyLogout: Scenario = {
  name: "haproxy-logout",
  about: "a login gives the session another key, a logout ends it, and a client goes on with it",
  async play(stage) {
    stage.cookie = bareCookie("PHPSESSID");
    const nodes = await stage.nodesOf(3);
    const edge = await stage.haproxy({
      nodes,
      backend: ["balance roundrobin", "cookie SRV insert indirect nocache"],
      server: (node) => `cookie ${node.name}`,
    });
    for (const client of stage.clients(8, edge)) {
      for (const path of ["/", "/cart", "/login", "/account"]) await client.get(path);
      const ended = client.jar.get("PHPSESSID") ?? "";
      await client.get("/logout");
      client.jar.set("PHPSESSID", ended);
      for (const path of ["/account", "/"]) {
        await client.get(path);
        await pause(20);
      }
    }
    return { why: nothingMoves, lostTo: () => "client" };
  },
};
