import type { Attempt, EpochMs } from "@/lib/domain/facts";
import { copyBoolean, copyNumber, copyText, copyTexts, timestampText } from "./copy-text";

/** What is stored of a request whatever session it belongs to, and whatever ids its names have. */
export interface StoredRequest {
  id: string;
  startedAt: EpochMs;
  endedAt: EpochMs | null;
  source: number;
  durationMs: number | null;
  bytesIn: number | null;
  bytesOut: number | null;
  seq: number | null;
  clientPort: number | null;
  status: number | null;
  backendStatus: number | null;
  retries: number | null;
  redispatched: boolean | null;
  upgrade: boolean | null;
  client: string | null;
  method: string | null;
  host: string | null;
  path: string | null;
  query: string | null;
  protocol: string | null;
  agent: string | null;
  listener: string | null;
  tlsProtocol: string | null;
  tlsCipher: string | null;
  presented: string | null;
  inserted: string | null;
  persistenceState: string | null;
  termination: string | null;
  correlations: string[];
  attempts: Attempt[];
}

/** 0: not known, 1: own key, 2: an app event with the same correlation ID, 3: the client's address. */
export type Tie = 0 | 1 | 2 | 3;

/** How a request stands in a session. */
export interface Membership {
  session: string;
  tie: Tie;
  starts: boolean;
  startEvent: boolean;
  hasKey: boolean | null;
}

export const requestColumns = [
  "session",
  "tie",
  "starts",
  "start_event",
  "has_key",
  "pool",
  "lb",
  "node",
  "started_at",
  "id",
  "ended_at",
  "source",
  "duration_ms",
  "bytes_in",
  "bytes_out",
  "seq",
  "client_port",
  "status",
  "backend_status",
  "retries",
  "redispatched",
  "upgrade",
  "client",
  "method",
  "host",
  "path",
  "query",
  "protocol",
  "agent",
  "listener",
  "tls_protocol",
  "tls_cipher",
  "presented",
  "inserted",
  "persistence_state",
  "termination",
  "correlations",
  "attempts",
];

/** The head of a row for `COPY requests (…requestColumns)`: what is known only when it is written. */
export function requestHead(
  as: Membership,
  names: { pool: number; lb: number; node: number | null },
): string {
  return `${as.session}\t${as.tie}\t${as.starts ? "t" : "f"}\t${as.startEvent ? "t" : "f"}\t${copyBoolean(
    as.hasKey,
  )}\t${names.pool}\t${names.lb}\t${copyNumber(names.node)}\t`;
}

/** The rest of the row, up to its newline. */
export function requestTail(request: StoredRequest): string {
  const { attempts } = request;
  const lone = attempts.length === 1 ? attempts[0] : undefined;
  // One attempt without a status of its own says nothing that the row does not.
  const told =
    attempts.length > 1 ||
    (lone !== undefined && (lone.status !== null || lone.durationMs !== null));
  return `${timestampText(request.startedAt)}\t${request.id}\t${
    request.endedAt === null ? "\\N" : timestampText(request.endedAt)
  }\t${request.source}\t${copyNumber(request.durationMs)}\t${copyNumber(
    request.bytesIn,
  )}\t${copyNumber(request.bytesOut)}\t${copyNumber(request.seq)}\t${copyNumber(
    request.clientPort,
  )}\t${copyNumber(request.status)}\t${copyNumber(request.backendStatus)}\t${copyNumber(
    request.retries,
  )}\t${copyBoolean(request.redispatched)}\t${copyBoolean(request.upgrade)}\t${copyText(
    request.client,
  )}\t${copyText(request.method)}\t${copyText(request.host)}\t${copyText(
    request.path,
  )}\t${copyText(request.query)}\t${copyText(request.protocol)}\t${copyText(
    request.agent,
  )}\t${copyText(request.listener)}\t${copyText(request.tlsProtocol)}\t${copyText(
    request.tlsCipher,
  )}\t${copyText(request.presented)}\t${copyText(request.inserted)}\t${copyText(
    request.persistenceState,
  )}\t${copyText(request.termination)}\t${copyTexts(request.correlations)}\t${
    told ? copyText(JSON.stringify(attempts)) : "\\N"
  }\n`;
}
