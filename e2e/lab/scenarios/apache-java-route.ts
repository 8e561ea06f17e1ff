import { routedCookie } from "../cookies";
import type { Scenario } from "../stage";

export const apacheJavaRoute: Scenario = {
  name: "apache-java-route",
  about: "Apache follows the route in JSESSIONID; a node dies, and nobody announces it",
  async play(stage) {
    stage.cookie = routedCookie("JSESSIONID");
    const nodes = await stage.nodesOf(3);
    const edge = await stage.apache({
      nodes,
      set: ["stickysession=JSESSIONID"],
      member: () => "retry=60",
      logFormat:
        '%a [%{%Y-%m-%dT%H:%M:%S}t.%{usec_frac}t%{%z}t] "%r" %>s %b %D "%{BALANCER_SESSION_ROUTE}e" "%{BALANCER_WORKER_ROUTE}e" "%{JSESSIONID}C" "%{Set-Cookie}o" "%{X-Request-ID}i"',
      source: { session: { cookie: "JSESSIONID" } },
    });
    const clients = stage.clients(12, edge);
    await stage.browse(clients, 4);
    const [first] = nodes;
    if (!first) throw new Error("no node");
    await first.stop();
    await stage.browse(clients, 4);
    return { why: () => ({ cause: "failover" }) };
  },
};
