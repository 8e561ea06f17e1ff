import type { Scenario } from "../stage";

export const haproxyTraceOnly: Scenario = {
  name: "haproxy-trace-only",
  about: "the log has no cookie: a session is known only by the app's event of the same trace",
  async play(stage) {
    const nodes = await stage.nodesOf(3);
    const edge = await stage.haproxy({
      nodes,
      captures: false,
      frontend: ["capture request header traceparent len 64"],
      backend: ["balance roundrobin"],
      source: { correlation: { field: "capture.req.hdr(0)" }, affinity: { method: "none" } },
    });
    await stage.browse(stage.clients(6, edge, { correlation: "traceparent" }), 6);
    return { why: () => ({ cause: "no-affinity" }) };
  },
};
