import { pause } from "../patience";
import type { Scenario } from "../stage";

export const haproxyWebsocket: Scenario = {
  name: "haproxy-websocket",
  about: "upgrades are sent to one fixed node whatever the session's cookie says",
  async play(stage) {
    const nodes = await stage.nodesOf(3);
    const edge = await stage.haproxy({
      nodes,
      backend: [
        "balance roundrobin",
        "cookie SERVERID insert indirect nocache",
        "ignore-persist if { hdr(Upgrade) -i websocket }",
        "use-server app3 if { hdr(Upgrade) -i websocket }",
      ],
      server: (node) => `cookie ${node.name}`,
      source: { affinity: { method: "cookie", cookie: "SERVERID" } },
    });
    const clients = stage.clients(8, edge);
    await stage.browse(clients, 3);
    for (const client of clients) {
      // The cookie that the upgrade's answer may set is the fixed node's: a browser's socket keeps it apart.
      const bound = client.jar.get("SERVERID");
      const socket = await client.upgrade("/live");
      if (bound) client.jar.set("SERVERID", bound);
      // HAProxy tells the start of a request in milliseconds: no two of a session in the same one.
      await pause(5);
      await stage.browse([client], 2);
      await socket.close();
      await stage.browse([client], 1);
    }
    return {
      why: (move) => ({ cause: "websocket-upgrade", isReturn: !move.request.upgrade }),
    };
  },
};
