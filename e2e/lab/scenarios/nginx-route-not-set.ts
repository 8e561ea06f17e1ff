import type { Scenario } from "../stage";

export const nginxRouteNotSet: Scenario = {
  name: "nginx-route-not-set",
  about: "NGINX follows a route cookie that it declares and logs, and that nobody ever sets",
  async play(stage) {
    const nodes = await stage.nodesOf(3);
    const routes = nodes.map((node) => `${node.name} ${node.address};`).join(" ");
    const edge = await stage.nginx({
      nodes,
      logFormat:
        '$remote_addr [$time_iso8601] $msec "$request" $status $request_time $upstream_addr $cookie_sid $cookie_route "$sent_http_set_cookie" $http_x_request_id',
      http: [`map $cookie_route $bound { default ${stage.pool}; ${routes} }`],
      passTo: "$bound",
      source: { affinity: { method: "cookie", cookie: "route" } },
    });
    await stage.browse(stage.clients(6, edge), 5);
    return { why: () => ({ cause: "cookie-not-set" }) };
  },
};
