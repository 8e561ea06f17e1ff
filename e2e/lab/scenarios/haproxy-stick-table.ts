import { type Scenario, whenAddressChanged } from "../stage";

export const haproxyStickTable: Scenario = {
  name: "haproxy-stick-table",
  about: "a stick table by source address; a client's address changes, a NAT holds many sessions",
  async play(stage) {
    const nodes = await stage.nodesOf(3);
    const edge = await stage.haproxy({
      nodes,
      backend: ["balance roundrobin", "stick-table type ip size 10k expire 10m", "stick on src"],
      source: { affinity: { method: "source-ip" } },
    });
    const behindNat = stage.clients(4, edge, { from: "127.0.8.8" });
    // One after another: sessions that start together behind one address would race for its entry.
    for (const client of behindNat) await stage.browse([client], 2);
    await stage.browse(behindNat, 4);
    const roaming = stage.clients(7, edge);
    for (const network of [51, 52, 53]) {
      for (const [index, client] of roaming.entries()) {
        const from = `127.${network}.${index + 1}.7`;
        for (let visit = 0; visit < 2; visit += 1) await client.get(stage.page(), { from });
      }
    }
    await stage.browse(behindNat, 2);
    return { why: whenAddressChanged };
  },
};
