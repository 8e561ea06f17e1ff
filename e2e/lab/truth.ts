import type { Cause } from "@/lib/domain/causes";

/** What a client and the backend that answered it know of one request; never read from a log. */
export interface SentRequest {
  /** The correlation ID that client, balancer and backend share. */
  id: string;
  lb: string;
  pool: string;
  client: string;
  from: string;
  /** Epoch milliseconds when the client began to send it. */
  startedAt: number;
  endedAt: number;
  method: string;
  path: string;
  status: number;
  upgrade: boolean;
  /** The session that the client presented, and the one that the response set. */
  presented: string | null;
  set: string | null;
  /** The lab's name of the node that answered; null when no node did. */
  node: string | null;
  /** Why this request may move, as the scenario made it. */
  because: Cause | null;
}

/** A request of a session served by another node than the session's request before it. */
export interface Move {
  session: string;
  request: SentRequest;
  previous: SentRequest;
  from: string;
  to: string;
  /** All requests of the session up to this one, in order of their start. */
  before: SentRequest[];
}

export interface Why {
  cause: Cause;
  /** Other causes that are as true of this move. */
  also?: Cause[];
  isReturn?: boolean;
}

export interface TrueBounce extends Why {
  session: string;
  id: string;
  at: number;
  from: string;
  to: string;
}

export interface TrueLoss {
  session: string;
  id: string;
  at: number;
  node: string;
  lostTo: "routing" | "storage" | "client";
}

export interface TrueNode {
  name: string;
  /** Every name under which logs or events may speak of it. */
  names: string[];
  clockSkewMs: number;
}

export interface Truth {
  scenario: string;
  pool: string;
  requests: SentRequest[];
  bounces: TrueBounce[];
  losses: TrueLoss[];
  nodes: TrueNode[];
  /** Whether the logs and events of the run let every request's session be known. */
  sessionKnown: boolean;
}

/** The requests of each session: those that presented its key, and the one whose response set it. */
export function sessionsOf(requests: SentRequest[]): Map<string, SentRequest[]> {
  const sessions = new Map<string, SentRequest[]>();
  for (const request of [...requests].sort((a, b) => a.startedAt - b.startedAt)) {
    for (const key of new Set([request.presented, request.set])) {
      if (key === null) continue;
      const chain = sessions.get(key) ?? [];
      chain.push(request);
      sessions.set(key, chain);
    }
  }
  return sessions;
}

/** Every move of every session, in order of the requests' start; a request that reached no node takes no part. */
export function movesOf(requests: SentRequest[]): Move[] {
  const moves: Move[] = [];
  for (const [session, chain] of sessionsOf(requests)) {
    const served = chain.filter((request) => request.node !== null);
    served.forEach((request, index) => {
      const previous = served[index - 1];
      if (!previous || previous.node === null || request.node === null) return;
      if (previous.node === request.node) return;
      moves.push({
        session,
        request,
        previous,
        from: previous.node,
        to: request.node,
        before: served.slice(0, index),
      });
    });
  }
  return moves;
}

/** The bounces of a run, each with the cause that the scenario knows. */
export function bouncesOf(requests: SentRequest[], why: (move: Move) => Why): TrueBounce[] {
  return movesOf(requests).map((move) => ({
    session: move.session,
    id: move.request.id,
    at: move.request.startedAt,
    from: move.from,
    to: move.to,
    ...why(move),
  }));
}
