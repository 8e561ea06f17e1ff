import { pause } from "../patience";
import type { Scenario } from "../stage";

export const haproxyConcurrentStart: Scenario = {
  name: "haproxy-concurrent-start",
  about: "a signed-in client opens a page: its first requests leave together, none yet bound",
  async play(stage) {
    const nodes = await stage.nodesOf(3);
    const edge = await stage.haproxy({
      nodes,
      backend: ["balance roundrobin", "cookie SERVERID insert indirect nocache"],
      server: (node) => `cookie ${node.name}`,
      source: { affinity: { method: "cookie", cookie: "SERVERID" } },
    });
    for (const client of stage.clients(6, edge)) {
      stage.signIn(client);
      const first: Promise<unknown>[] = [];
      for (let item = 0; item < 4; item += 1) {
        first.push(client.get(`/tile/${item}?delay=200`));
        // Far enough apart that client and balancer agree on the order, near enough to overlap.
        await pause(25);
      }
      await Promise.all(first);
      await stage.browse([client], 4);
    }
    return { why: () => ({ cause: "concurrent-start" }) };
  },
};
