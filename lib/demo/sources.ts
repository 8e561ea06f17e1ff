import type { SourceInput } from "@/lib/schemas/ingest";
import { nginxFormat } from "./log-lines";
import { shopNodes } from "./story";

/** A name that is nobody else's: its figures are taken away with the demo. */
export const shopPool = "demo-shop";

const nodes = shopNodes.map((node) => ({ name: node.name, addresses: [node.address] }));

function edge(lb: string, cookie: string): SourceInput {
  return {
    format: "haproxy-http",
    lb,
    pool: shopPool,
    timezone: "UTC",
    session: { cookie: "sid" },
    correlation: { field: "capture.req.hdr(0)" },
    affinity: { method: "cookie", cookie, idleSeconds: 1800 },
    nodes,
  };
}

/** The demo's sources by name, as an operator would declare them. */
export const shopSources: Readonly<Record<string, SourceInput>> = {
  "demo-edge-1": edge("edge-1", "SERVERID"),
  "demo-edge-2": edge("edge-2", "SRV"),
  "demo-web": {
    format: "nginx",
    formatString: nginxFormat,
    lb: "web-1",
    pool: shopPool,
    timezone: "UTC",
    session: { cookie: "sid" },
    affinity: { method: "source-ip" },
    nodes,
  },
  "demo-alb": {
    format: "aws-alb",
    lb: "alb",
    pool: shopPool,
    affinity: { method: "cookie", cookie: "AWSALB" },
    nodes,
  },
};
