/** Small sessions for the tests of the timeline's view; times are milliseconds after `sampleStart`. */
import { type Cause, classOf, isExplained } from "@/lib/domain/causes";
import type { ChangeKind, SessionEventType } from "@/lib/domain/facts";
import type { Node } from "@/lib/schemas/pools";
import type {
  Bounce,
  ChangeMark,
  Loss,
  Timeline,
  TimelineEvent,
  TimelineRequest,
} from "@/lib/schemas/results";

export const sampleStart = Date.UTC(2026, 10, 19, 1, 55);

function at(ms: number): string {
  return new Date(sampleStart + ms).toISOString();
}

export function aNode(name: string, ordinal: number): Node {
  return {
    name,
    pool: "checkout",
    ordinal,
    aliases: [],
    state: "up",
    stateSince: null,
    clockOffsetMs: null,
    clockJitterMs: null,
    clockSamples: 0,
    requestsPerSecond: null,
    share: null,
    lastSeen: null,
  };
}

export function aRequest(
  id: string,
  ms: number,
  node: string | null,
  about: {
    presented?: string;
    inserted?: string;
    intended?: string;
    status?: number;
    durationMs?: number;
  } = {},
): TimelineRequest {
  return {
    id,
    startedAt: at(ms),
    durationMs: about.durationMs ?? 50,
    pool: "checkout",
    lb: "lb-edge-1",
    listener: "fe",
    node,
    intendedNode: about.intended ?? null,
    attempts: node === null ? [] : [{ node, status: about.status ?? 200, durationMs: 50 }],
    method: "GET",
    host: null,
    path: "/cart",
    query: null,
    protocol: "HTTP/1.1",
    status: about.status ?? 200,
    bytesOut: 512,
    userAgent: null,
    clientIp: "198.51.100.47",
    correlationId: `corr-${id}`,
    persistence: {
      presented: about.presented ?? null,
      inserted: about.inserted ?? null,
      state: null,
    },
    termination: "--VN",
    retries: 0,
    redispatched: false,
    upgrade: false,
    starts: false,
  };
}

export function aBounce(
  requestId: string,
  ms: number,
  from: string,
  to: string,
  cause: Cause,
  isReturn = false,
): Bounce {
  return {
    id: `bounce-${requestId}`,
    at: at(ms),
    pool: "checkout",
    session: "7f3ac91e4b020000",
    requestId,
    correlationId: `corr-${requestId}`,
    from,
    to,
    cause,
    class: classOf(cause),
    confidence: 0.95,
    evidence: [{ field: "termination", value: "--DI", meaning: "the cookie named a down server" }],
    isReturn,
    lb: "lb-edge-1",
  };
}

export function anEvent(
  type: SessionEventType,
  ms: number,
  requestId: string | null,
  node: string,
): TimelineEvent {
  return {
    id: `event-${type}-${ms}`,
    at: at(ms),
    type,
    node,
    reportedNode: node,
    correlationId: requestId === null ? null : `corr-${requestId}`,
    requestId,
    store: "memory",
    hit: type !== "session.missing",
    latencyMs: 1,
  };
}

export function aLoss(
  ms: number,
  node: string,
  lostTo: Loss["lostTo"],
  requestId: string | null,
): Loss {
  return {
    id: `loss-${ms}`,
    at: at(ms),
    pool: "checkout",
    session: "7f3ac91e4b020000",
    node,
    correlationId: requestId === null ? null : `corr-${requestId}`,
    lostTo,
    evidence: [],
  };
}

export function aChange(kind: ChangeKind, ms: number, node: string | null): ChangeMark {
  return {
    id: `change-${kind}-${ms}`,
    at: at(ms),
    kind,
    pool: "checkout",
    node,
    lb: null,
    title: `${kind} ${node ?? ""}`.trim(),
    url: null,
    author: null,
  };
}

export function aTimeline(
  parts: Pick<Timeline, "nodes" | "requests"> &
    Partial<Pick<Timeline, "bounces" | "events" | "losses" | "changes" | "annotations">>,
): Timeline {
  const { nodes, requests, bounces = [], events = [], losses = [], changes = [] } = parts;
  const { annotations = [] } = parts;
  const [cause] = bounces.map((bounce) => bounce.cause);
  return {
    session: {
      id: "7f3ac91e4b020000",
      pool: "checkout",
      firstSeen: requests[0]?.startedAt ?? at(0),
      lastSeen: requests.at(-1)?.startedAt ?? at(0),
      requests: requests.length,
      bounces: bounces.length,
      unexplained: bounces.filter((bounce) => !isExplained(bounce.cause)).length,
      returns: bounces.filter((bounce) => bounce.isReturn).length,
      nodes: [...new Set(requests.map((request) => request.node).filter((node) => node !== null))],
      lbs: ["lb-edge-1"],
      lost: losses.length,
      pingPong: false,
      mainCause: cause ?? null,
      client: "198.51.100.47",
    },
    nodes,
    requests,
    events,
    bounces,
    losses,
    changes,
    annotations,
    balancers: [{ lb: "lb-edge-1", format: "haproxy-http" }],
    before: null,
    after: null,
    truncated: false,
  };
}
