import type { EpochMs, ParsedLine, RequestLine } from "@/lib/domain/facts";
import { rejected } from "../rejection";
import { requestStartedAt } from "../request-fact";
import { type LineContext, setServed } from "./httplog";

interface Moment {
  at: EpochMs;
  resolutionMs: number;
}

/** What the variables of one line have said so far. Times in milliseconds; null where they said nothing. */
export interface Draft {
  context: LineContext;
  request: RequestLine;
  /** When the connection was accepted (%t, %T, %Tl, %Ts). */
  accepted: Moment | null;
  /** When the request began (%tr, %trg, %trl). */
  began: Moment | null;
  /** When the line was written (%[date]). */
  written: Moment | null;
  /** %ms: the milliseconds of the accept date. */
  millis: number | null;
  handshake: number | null;
  idle: number | null;
  active: number | null;
  total: number | null;
  fromFirstByte: number | null;
  response: number | null;
  server: string | null;
  serverAddress: string | null;
  serverPort: string | null;
  frontendTls: boolean;
}

export function newDraft(context: LineContext): Draft {
  return {
    context,
    request: requestStartedAt(0, 1),
    accepted: null,
    began: null,
    written: null,
    millis: null,
    handshake: null,
    idle: null,
    active: null,
    total: null,
    fromFirstByte: null,
    response: null,
    server: null,
    serverAddress: null,
    serverPort: null,
    frontendTls: false,
  };
}

/**
 * The request that the draft tells of. It starts when its first byte came: the
 * request date where it is logged, else the accept date plus handshake and
 * idle time. Of a format without any date the syslog header tells the end.
 */
export function finished(draft: Draft): ParsedLine {
  const { request, context } = draft;
  const waited = Math.max(0, draft.handshake ?? 0) + Math.max(0, draft.idle ?? 0);
  const durationMs =
    draft.active ??
    (draft.total === null ? draft.fromFirstByte : Math.max(0, draft.total - waited));
  const start = startOf(draft, waited);
  if (start) {
    request.startedAt = start.at;
    request.resolutionMs = start.resolutionMs;
    request.endedAt = durationMs === null ? null : start.at + durationMs;
  } else {
    const end =
      draft.written ?? (context.at === null ? null : { at: context.at, resolutionMs: 1000 });
    if (!end) {
      return rejected(
        "no date: the log-format has none (%tr, %t, %T, %Ts) and no syslog header stands before it",
      );
    }
    request.startedAt = end.at - (durationMs ?? 0);
    request.endedAt = end.at;
    request.resolutionMs = end.resolutionMs;
  }
  request.durationMs = durationMs;
  request.lb ??= context.host;
  if (draft.server !== null && !draft.server.startsWith("<")) {
    setServed(request, draft.server, draft.response);
    if (draft.serverAddress !== null && draft.serverAddress !== "-") {
      const address = draft.serverAddress.includes(":")
        ? `[${draft.serverAddress}]`
        : draft.serverAddress;
      request.nodeAddress = draft.serverPort === null ? address : `${address}:${draft.serverPort}`;
    }
  } else if (draft.server === null && draft.serverAddress !== null && draft.serverAddress !== "-") {
    // A format that logs only the address names the node by it.
    const address = draft.serverAddress.includes(":")
      ? `[${draft.serverAddress}]`
      : draft.serverAddress;
    setServed(
      request,
      draft.serverPort === null ? address : `${address}:${draft.serverPort}`,
      draft.response,
    );
  }
  if (request.status !== null) request.upgrade = request.status === 101;
  return request;
}

function startOf(draft: Draft, waited: number): Moment | null {
  const { began, accepted, millis } = draft;
  if (began) {
    // The accept date's milliseconds are a hint only: on a connection that is kept open they are another request's.
    return began.resolutionMs === 1000 && millis !== null
      ? { ...began, at: began.at + millis }
      : began;
  }
  if (!accepted) return null;
  if (accepted.resolutionMs === 1000 && millis !== null) {
    return { at: accepted.at + millis + waited, resolutionMs: 1 };
  }
  return { ...accepted, at: accepted.at + waited };
}
