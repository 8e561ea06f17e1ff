import type { Attempt, ParsedLine, RequestLine } from "@/lib/domain/facts";
import type { WallClock } from "../dates";
import type { Moment } from "../json-members";
import { rejected } from "../rejection";
import { firstAddress, requestStartedAt, setDuration, splitAddress } from "../request-fact";

/** What the operators of one line have said so far. */
export interface Draft {
  clock: WallClock;
  request: RequestLine;
  started: Moment | null;
  emitted: Moment | null;
  durationMs: number | null;
  /** What X-Forwarded-For and the connection's own address say of the client. */
  forwardedFor: string | null;
  peer: string | null;
  host: string | null;
  hostName: string | null;
  attempted: string | null;
  attemptCount: number | null;
  serviceMs: number | null;
  details: string | null;
}

export function newDraft(clock: WallClock): Draft {
  return {
    clock,
    request: requestStartedAt(0, 1),
    started: null,
    emitted: null,
    durationMs: null,
    forwardedFor: null,
    peer: null,
    host: null,
    hostName: null,
    attempted: null,
    attemptCount: null,
    serviceMs: null,
    details: null,
  };
}

/** More tries than this are not kept. */
const mostAttempts = 64;

/** The request that the draft tells of. */
export function finished(draft: Draft, headerAt: number | null, lb: string | null): ParsedLine {
  const { request, durationMs } = draft;
  const end = draft.emitted ?? (headerAt === null ? null : { at: headerAt, resolutionMs: 1000 });
  if (draft.started) {
    request.startedAt = draft.started.at;
    request.resolutionMs = draft.started.resolutionMs;
    setDuration(request, durationMs);
  } else if (end) {
    request.startedAt = Math.round((end.at - (durationMs ?? 0)) * 1000) / 1000;
    request.endedAt = end.at;
    request.durationMs = durationMs;
    request.resolutionMs = end.resolutionMs;
  } else
    return rejected("no date: the format has none (%START_TIME%) and no header stands before it");
  request.lb ??= lb;
  setClient(draft);
  setAttempts(draft);
  request.upgrade = request.status === null ? null : request.status === 101;
  return request;
}

/**
 * The client is the connection's other end, for which Envoy itself puts the
 * forwarded address that it trusts; without one, the first of X-Forwarded-For.
 */
function setClient({ request, forwardedFor, peer }: Draft): void {
  const { ip, port } = splitAddress(peer ?? "-");
  request.client =
    ip === null ? { ip: firstAddress(forwardedFor), port: null } : { ip, port: port || null };
}

/** `tcp://10.0.0.1:80` as `10.0.0.1:80`. */
function bare(address: string): string {
  const scheme = address.indexOf("://");
  return scheme < 0 ? address : address.slice(scheme + 3);
}

function setAttempts(draft: Draft): void {
  const { request, attemptCount, serviceMs } = draft;
  const address = draft.host === null ? null : bare(draft.host);
  const node = draft.hostName ?? address;
  // The service time is in an answer that came from the upstream, and in no other.
  const answered = draft.details === null ? serviceMs !== null : draft.details === "via_upstream";
  if (answered) request.backendStatus = request.status;
  const tried = (draft.attempted ?? "")
    .split(",")
    .slice(-mostAttempts)
    .map((each) => bare(each.trim()))
    .filter((each) => each !== "" && each !== "-");
  const attempts: Attempt[] = tried.map((each) => ({
    node: each === address && node !== null ? node : each,
    status: null,
    durationMs: null,
  }));
  if (node !== null && attempts.at(-1)?.node !== node) {
    attempts.push({ node, status: null, durationMs: null });
  }
  const last = attempts.at(-1);
  if (last) {
    last.status = request.backendStatus;
    last.durationMs = serviceMs;
  }
  request.attempts = attempts;
  request.node = last?.node ?? null;
  request.nodeAddress = draft.hostName === null ? null : address;
  if (attemptCount !== null) request.retries = Math.max(0, attemptCount - 1);
}
