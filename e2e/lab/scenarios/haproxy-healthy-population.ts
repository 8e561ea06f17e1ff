import { signedCookie } from "../cookies";
import { nothingMoves, type Scenario } from "../stage";

export const haproxyHealthyPopulation: Scenario = {
  name: "haproxy-healthy-population",
  about:
    "signed cookies longer than the capture, clocks half a minute off, roaming, tiles at once, sockets, downloads: nothing moves",
  async play(stage) {
    stage.cookie = signedCookie("shop.sid");
    const nodes = [];
    for (const [name, clockSkewMs] of [
      ["amber", -30_000],
      ["birch", 0],
      ["cedar", 30_000],
    ] as const)
      nodes.push(await stage.node(name, { clockSkewMs }));
    const edge = await stage.haproxy({
      name: "lb-north",
      nodes,
      backend: ["balance roundrobin", "cookie SRV insert indirect nocache"],
      server: (node) => `cookie ${node.name}`,
    });
    const clients = stage.clients(9, edge);
    await stage.browse(clients, 2);
    for (const [index, client] of clients.entries()) {
      const tiles = [20, 60, 100, 140].map((delay) => client.get(`/tile?delay=${delay}`));
      await Promise.all(tiles);
      await client.get("/cart", { from: `127.77.${index}.2` });
    }
    const sockets = await Promise.all(clients.slice(0, 4).map((client) => client.upgrade("/live")));
    const downloads = clients.map((client) => client.get("/download?delay=900"));
    await stage.browse(clients, 2);
    await Promise.all(downloads);
    for (const socket of sockets) await socket.close();
    return { why: nothingMoves };
  },
};
