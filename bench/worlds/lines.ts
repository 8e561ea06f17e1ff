import type { EpochMs } from "@/lib/domain/facts";
import type { SourceInput } from "@/lib/schemas/ingest";
import type { World, WorldNode, WorldPool } from "./world";

/** A request as it was answered. */
export interface Answered {
  at: EpochMs;
  endedAt: EpochMs;
  ip: string;
  path: string;
  status: number;
  session: string | null;
  /** The session that the response begins. */
  begins: string | null;
  trace: string;
  /** The nodes that were tried, with their answers; the last one served. */
  tries: { node: WorldNode; status: number }[];
  /** HAProxy's words for the cookie, as it came and as it left. */
  cookie: string;
  retries: string;
}

const nginxMembers = {
  msec: "$msec",
  request_time: "$request_time",
  remote_addr: "$remote_addr",
  request: "$request",
  status: "$status",
  upstream_addr: "$upstream_addr",
  upstream_status: "$upstream_status",
  upstream_response_time: "$upstream_response_time",
  cookie_sid: "$cookie_sid",
  request_id: "$http_x_request_id",
};

const envoyMembers = {
  start_time: "%START_TIME%",
  duration: "%DURATION%",
  method: "%REQ(:METHOD)%",
  path: "%REQ(:PATH)%",
  response_code: "%RESPONSE_CODE%",
  upstream_cluster: "%UPSTREAM_CLUSTER%",
  upstream_host: "%UPSTREAM_HOST%",
  hosts: "%UPSTREAM_HOSTS_ATTEMPTED%",
  attempts: "%UPSTREAM_REQUEST_ATTEMPT_COUNT%",
  downstream_remote_address: "%DOWNSTREAM_REMOTE_ADDRESS%",
  x_request_id: "%REQ(X-REQUEST-ID)%",
  cookie: "%REQ(COOKIE)%",
};

/** The sources of a world as its operator declares them. */
export function sourcesOfWorld({ pools }: World): Record<string, SourceInput> {
  return Object.fromEntries(
    pools.flatMap((pool) => pool.lbs.map((lb) => [lb, sourceOf(pool, lb)] as const)),
  );
}

function sourceOf({ name: pool, balancer, hashes, nodes }: WorldPool, lb: string): SourceInput {
  const named = nodes.map(({ name, address }) => ({ name, addresses: [address] }));
  switch (balancer) {
    case "haproxy":
      return {
        format: "haproxy-http",
        lb,
        timezone: "UTC",
        session: { cookie: "sid" },
        correlation: { field: "capture.req.hdr(0)" },
        affinity: { method: "cookie", cookie: "SRV" },
      };
    case "nginx":
      return {
        format: "nginx",
        formatString: JSON.stringify(nginxMembers),
        lb,
        pool,
        session: { cookie: "sid" },
        affinity: { method: hashes === "address" ? "source-ip" : "hash" },
        nodes: named,
      };
    case "envoy":
      return {
        format: "envoy",
        formatString: JSON.stringify(envoyMembers),
        lb,
        pool,
        session: { cookie: "sid" },
        affinity: { method: "hash" },
        nodes: named,
      };
    case "alb":
      return { format: "aws-alb", lb, pool, nodes: named };
  }
}

const two = (value: number) => String(value).padStart(2, "0");
const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const seconds = (ms: number) => (ms / 1000).toFixed(3);

function syslogHead(at: EpochMs, host: string): string {
  const date = new Date(at);
  const day = String(date.getUTCDate()).padStart(2, " ");
  return `${months[date.getUTCMonth()]} ${day} ${date.toISOString().slice(11, 19)} ${host} haproxy[811]: `;
}

/** What HAProxy writes of a server's state. */
export function stateLine(at: EpochMs, lb: string, server: string, isUp: boolean): string {
  const text = isUp
    ? "is UP, reason: Layer4 check passed, check duration: 0ms. 3 active and 0 backup servers online. 0 sessions requeued, 0 total in queue."
    : 'is DOWN, reason: Layer4 connection problem, info: "Connection refused", check duration: 0ms. 2 active and 0 backup servers left. 1 sessions active, 0 requeued, 0 remaining in queue.';
  return `${syslogHead(at, lb)}Server ${server} ${text}`;
}

/** The trace ID as the app knows it. */
export function correlationOf({ balancer }: WorldPool, trace: string): string {
  return balancer === "alb" ? `Root=1-${trace.slice(0, 8)}-${trace.slice(8)}` : trace;
}

/** A request as the pool's balancer writes it down. */
export function lineOf(pool: WorldPool, lb: string, answered: Answered): string {
  const { at, endedAt, ip, path, status, session, begins, trace, tries } = answered;
  const node = tries.at(-1)?.node;
  const addresses = tries.map((one) => one.node.address);
  const lasted = endedAt - at;
  switch (pool.balancer) {
    case "haproxy": {
      const date = new Date(at);
      const text = date.toISOString();
      const accepted = `${two(date.getUTCDate())}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}:${text.slice(11, 23)}`;
      const cookies = [session, begins].map((value) => (value === null ? "-" : `sid=${value}`));
      return `${syslogHead(endedAt, lb)}${ip}:4711 [${accepted}] fe~ ${pool.name}/${node?.name} 0/0/1/${Math.max(0, lasted - 1)}/${lasted} ${status} 2048 ${cookies.join(" ")} --${answered.cookie} 9/9/4/1/${answered.retries} 0/0 {${trace}} "GET ${path} HTTP/1.1"`;
    }
    case "nginx":
      return JSON.stringify({
        msec: seconds(endedAt),
        request_time: seconds(lasted),
        remote_addr: ip,
        request: `GET ${path} HTTP/1.1`,
        status: String(status),
        upstream_addr: addresses.join(", "),
        upstream_status: tries.map((one) => one.status).join(", "),
        upstream_response_time: tries
          .map((_, n) => (n < tries.length - 1 ? "0.001" : seconds(lasted)))
          .join(", "),
        cookie_sid: session,
        request_id: trace,
      });
    case "envoy":
      return JSON.stringify({
        start_time: new Date(at).toISOString(),
        duration: lasted,
        method: "GET",
        path,
        response_code: status,
        upstream_cluster: pool.name,
        upstream_host: node?.address,
        hosts: addresses.join(","),
        attempts: tries.length,
        downstream_remote_address: `${ip}:4711`,
        x_request_id: trace,
        cookie: `theme=dark; sid=${session}`,
      });
    case "alb": {
      const time = (ms: EpochMs) => new Date(ms).toISOString().replace("Z", "000Z");
      return `https ${time(endedAt)} app/${pool.name}/50dc6c495c0c9188 ${ip}:4711 ${node?.address} 0.001 ${seconds(lasted)} 0.000 ${status} ${status} 300 2048 "GET https://m.example:443${path} HTTP/1.1" "Mobile/1" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/${pool.name}/73e2d6bc24d8a067 "${correlationOf(pool, trace)}" "m.example" "-" 0 ${time(at)} "forward" "-" "-" "${node?.address}" "${status}" "-" "-" TID_${trace}`;
    }
  }
}
