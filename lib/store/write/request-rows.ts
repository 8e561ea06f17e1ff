import type { Attempt, EpochMs } from "@/lib/domain/facts";
import { copyBoolean, copyNumber } from "./copy-text";
import type { RowTail, RowWriter } from "./row-writer";

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

/** Writes the rest of the row, up to its newline. */
export function requestTail(writer: RowWriter, request: StoredRequest): RowTail {
  const { attempts } = request;
  const lone = attempts.length === 1 ? attempts[0] : undefined;
  // One attempt without a status of its own says nothing that the row does not.
  const told =
    attempts.length > 1 ||
    (lone !== undefined && (lone.status !== null || lone.durationMs !== null));
  writer.timestamp(request.startedAt);
  writer.text(request.id);
  writer.timestamp(request.endedAt);
  writer.number(request.source);
  writer.number(request.durationMs);
  writer.number(request.bytesIn);
  writer.number(request.bytesOut);
  writer.number(request.seq);
  writer.number(request.clientPort);
  writer.number(request.status);
  writer.number(request.backendStatus);
  writer.number(request.retries);
  writer.boolean(request.redispatched);
  writer.boolean(request.upgrade);
  writer.text(request.client);
  writer.text(request.method);
  writer.text(request.host);
  writer.text(request.path);
  writer.text(request.query);
  writer.text(request.protocol);
  writer.text(request.agent);
  writer.text(request.listener);
  writer.text(request.tlsProtocol);
  writer.text(request.tlsCipher);
  writer.text(request.presented);
  writer.text(request.inserted);
  writer.text(request.persistenceState);
  writer.text(request.termination);
  writer.text(arrayText(request.correlations));
  writer.text(told ? JSON.stringify(attempts) : null);
  return writer.end();
}

/** An array of texts as Postgres reads it; null for none. */
function arrayText(values: readonly string[]): string | null {
  if (values.length === 0) return null;
  const quoted = values.map((value) => `"${value.replace(/["\\]/g, (sign) => `\\${sign}`)}"`);
  return `{${quoted.join(",")}}`;
}
