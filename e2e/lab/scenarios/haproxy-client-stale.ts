import { randomBytes } from "node:crypto";
import { nothingMoves, type Scenario } from "../stage";

export const haproxyClientStale: Scenario = {
  name: "haproxy-client-stale",
  about: "clients come back after weeks with a session that ended long ago",
  async play(stage) {
    const nodes = await stage.nodesOf(3);
    const edge = await stage.haproxy({
      nodes,
      backend: ["balance roundrobin", "cookie SERVERID insert indirect nocache"],
      server: (node) => `cookie ${node.name}`,
      source: { affinity: { method: "cookie", cookie: "SERVERID" } },
    });
    await stage.browse(stage.clients(6, edge), 4);
    const returning = stage.clients(3, edge);
    for (const client of returning) client.jar.set("sid", randomBytes(16).toString("hex"));
    await stage.browse(returning, 4);
    return { why: nothingMoves, lostTo: () => "client" };
  },
};
