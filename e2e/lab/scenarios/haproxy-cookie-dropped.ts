import type { Scenario } from "../stage";

export const haproxyCookieDropped: Scenario = {
  name: "haproxy-cookie-dropped",
  about: "some clients stop sending the persistence cookie while their session goes on",
  async play(stage) {
    const nodes = await stage.nodesOf(3);
    const edge = await stage.haproxy({
      nodes,
      backend: ["balance roundrobin", "cookie SERVERID insert indirect nocache"],
      server: (node) => `cookie ${node.name}`,
      source: { affinity: { method: "cookie", cookie: "SERVERID" } },
    });
    const forgetful = stage.clients(5, edge);
    const steady = stage.clients(5, edge);
    await stage.browse([...forgetful, ...steady], 3);
    for (let round = 0; round < 3; round += 1) {
      for (const client of forgetful) await client.get(stage.page(), { withhold: ["SERVERID"] });
      await stage.browse(steady, 1);
    }
    await stage.browse([...forgetful, ...steady], 2);
    return { why: () => ({ cause: "cookie-not-sent" }) };
  },
};
