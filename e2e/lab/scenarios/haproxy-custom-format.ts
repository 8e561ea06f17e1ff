import { nothingMoves, type Scenario } from "../stage";

/** JSON, as many write it: names of one's own, the balancer's unique ID as the correlation. */
const logFormat =
  '%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %ID "%HM %HU %HV"';

export const haproxyCustomFormat: Scenario = {
  name: "haproxy-custom-format",
  about: "a log-format of one's own whose correlation is the balancer's unique ID; nothing moves",
  async play(stage) {
    const nodes = await stage.nodesOf(2);
    const edge = await stage.haproxy({
      nodes,
      logFormat,
      captures: false,
      frontend: [
        "capture cookie sid= len 64",
        "unique-id-format %[uuid()]",
        "unique-id-header X-Request-ID",
      ],
      backend: ["balance roundrobin", "cookie ROUTE insert indirect nocache"],
      server: (node) => `cookie ${node.name}`,
      source: { session: { cookie: "sid" }, affinity: { method: "cookie", cookie: "ROUTE" } },
    });
    await stage.browse(stage.clients(6, edge, { correlation: "none" }), 5);
    return { why: nothingMoves };
  },
};
