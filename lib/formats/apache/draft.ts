import type { EpochMs, ParsedLine, RequestLine } from "@/lib/domain/facts";
import type { WallClock } from "../dates";
import type { Moment } from "../json-members";
import { rejected } from "../rejection";
import { requestStartedAt, setServedBy } from "../request-fact";
import { type DateParts, instantOfParts, newDateParts } from "../strftime";

/** What the directives of one line have said so far. */
export interface Draft {
  clock: WallClock;
  request: RequestLine;
  began: Moment | null;
  ended: Moment | null;
  /** Dates that the format writes in parts: of the request's begin, of its end. */
  beginParts: DateParts;
  endParts: DateParts;
  durationMs: number | null;
  /** The balancer's worker: its route, and its URL's host. */
  route: string | null;
  worker: string | null;
}

export function newDraft(clock: WallClock): Draft {
  return {
    clock,
    request: requestStartedAt(0, 1),
    began: null,
    ended: null,
    beginParts: newDateParts(),
    endParts: newDateParts(),
    durationMs: null,
    route: null,
    worker: null,
  };
}

/** The request that the draft tells of. Apache's `%t` is when the request came in. */
export function finished(draft: Draft, headerAt: EpochMs | null, host: string | null): ParsedLine {
  const { request, clock, durationMs } = draft;
  const began = draft.began ?? instantOfParts(draft.beginParts, clock);
  const ended =
    draft.ended ??
    instantOfParts(draft.endParts, clock) ??
    (headerAt === null ? null : { at: headerAt, resolutionMs: 1000 });
  const known = began ?? ended;
  if (!known) {
    return rejected("no date: the LogFormat has none (%t) and no syslog header stands before it");
  }
  request.startedAt = began ? began.at : Math.round((known.at - (durationMs ?? 0)) * 1000) / 1000;
  request.resolutionMs = known.resolutionMs;
  request.durationMs = durationMs;
  request.endedAt =
    began === null
      ? known.at
      : durationMs === null
        ? null
        : Math.round((began.at + durationMs) * 1000) / 1000;
  request.lb ??= host;
  request.upgrade = request.status === null ? null : request.status === 101;
  setServedBy(request, draft.route ?? draft.worker, null);
  request.nodeAddress = draft.route === null ? null : draft.worker;
  return request;
}
