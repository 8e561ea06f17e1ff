import { routedCookie } from "../cookies";
import { nothingMoves, type Scenario } from "../stage";

export const haproxyPrefixJava: Scenario = {
  name: "haproxy-prefix-java",
  about:
    "HAProxy puts its server in front of a JSESSIONID that has a route behind it; nothing moves",
  async play(stage) {
    stage.cookie = routedCookie("JSESSIONID");
    const nodes = await stage.nodesOf(3);
    const edge = await stage.haproxy({
      nodes,
      framing: "rfc5424",
      backend: ["balance leastconn", "cookie JSESSIONID prefix nocache"],
      server: (node) => `cookie ${node.name}`,
    });
    await stage.browse(stage.clients(7, edge), 5);
    return { why: nothingMoves };
  },
};
