import { nothingMoves, type Scenario } from "../stage";

export const haproxyCookieHealthy: Scenario = {
  name: "haproxy-cookie-healthy",
  about: "inserted cookie; roaming, NAT, parallel requests and skewed app clocks move nothing",
  async play(stage) {
    const nodes = [
      await stage.node("app1", { clockSkewMs: 30_000 }),
      await stage.node("app2", { clockSkewMs: -30_000 }),
      await stage.node("app3"),
    ];
    const edge = await stage.haproxy({
      nodes,
      backend: ["balance roundrobin", "cookie SERVERID insert indirect nocache"],
      server: (node) => `cookie ${node.name} check inter 500ms`,
      source: { affinity: { method: "cookie", cookie: "SERVERID" } },
    });
    const behindNat = stage.clients(4, edge, { from: "127.0.7.7" });
    const [roaming] = stage.clients(1, edge);
    await stage.browse([...behindNat, ...stage.clients(4, edge)], 6);
    if (roaming) {
      for (let step = 1; step <= 6; step += 1)
        await roaming.get(stage.page(), { from: `127.0.${step}.9` });
      const socket = await roaming.upgrade("/live");
      await roaming.get("/account");
      await Promise.all([1, 2, 3, 4].map(() => roaming.get("/tile?delay=40")));
      await socket.close();
    }
    return { why: nothingMoves };
  },
};
