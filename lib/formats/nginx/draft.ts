import type { Attempt, EpochMs, ParsedLine, RequestLine } from "@/lib/domain/facts";
import type { WallClock } from "../dates";
import { isDigit, secondsToMs, statusCode } from "../digits";
import { rejected } from "../rejection";
import { requestStartedAt } from "../request-fact";

interface Moment {
  at: EpochMs;
  resolutionMs: number;
}

/** What the variables of one line have said so far. */
export interface Draft {
  clock: WallClock;
  request: RequestLine;
  /** When the line was written, at the request's end: the finest of its dates. */
  ended: Moment | null;
  requestTimeMs: number | null;
  /** The three lists of $upstream_…, as written. */
  addresses: string | null;
  statuses: string | null;
  times: string | null;
}

export function newDraft(clock: WallClock): Draft {
  return {
    clock,
    request: requestStartedAt(0, 1),
    ended: null,
    requestTimeMs: null,
    addresses: null,
    statuses: null,
    times: null,
  };
}

/** Keeps the finer of two dates of one line. */
export function setEnded(draft: Draft, moment: Moment): void {
  if (draft.ended === null || moment.resolutionMs < draft.ended.resolutionMs) draft.ended = moment;
}

/**
 * The request that the draft tells of. NGINX writes a line when the request
 * is over, so it started `$request_time` before.
 */
export function finished(draft: Draft, headerAt: EpochMs | null, host: string | null): ParsedLine {
  const { request } = draft;
  const end = draft.ended ?? (headerAt === null ? null : { at: headerAt, resolutionMs: 1000 });
  if (!end) {
    return rejected(
      "no date: the log_format has none ($msec, $time_iso8601, $time_local) and no syslog header stands before it",
    );
  }
  request.endedAt = end.at;
  request.durationMs = draft.requestTimeMs;
  request.startedAt = Math.round((end.at - (draft.requestTimeMs ?? 0)) * 1000) / 1000;
  request.resolutionMs = end.resolutionMs;
  request.lb ??= host;
  request.upgrade = request.status === null ? null : request.status === 101;
  if (draft.addresses !== null) setAttempts(draft);
  else if (draft.statuses !== null) request.backendStatus = statusCode(lastOf(draft.statuses));
  return request;
}

/** More tries than this are not kept: NGINX tries each server once, a longer list is no log line's. */
const mostAttempts = 64;

/**
 * Reads the aligned lists of $upstream_addr, $upstream_status and
 * $upstream_response_time: `, ` stands between servers of one group, ` : `
 * between groups (an internal redirect). Where no server could be chosen the
 * group's name stands in place of an address.
 * Source: https://nginx.org/en/docs/http/ngx_http_upstream_module.html#variables
 */
function setAttempts(draft: Draft): void {
  const { request } = draft;
  if (isSingle(draft.addresses) && isSingle(draft.statuses) && isSingle(draft.times)) {
    setOnlyAttempt(draft);
    return;
  }
  const addresses = itemsOf(draft.addresses);
  const statuses = itemsOf(draft.statuses);
  const times = itemsOf(draft.times);
  const attempts: Attempt[] = [];
  let node: string | null = null;
  for (const [index, address] of addresses.entries()) {
    node = isAddress(address) ? address : null;
    if (node === null) {
      if (address !== "-" && address !== "") request.pool ??= address;
      continue;
    }
    attempts.push({
      node,
      status: statusCode(statuses[index]),
      durationMs: secondsToMs(times[index]),
    });
  }
  request.attempts = attempts;
  request.node = node;
  request.backendStatus = statusCode(statuses.at(-1));
}

/** True for one item, which nearly every list has. */
function isSingle(list: string | null): boolean {
  return list === null || list.indexOf(" ") < 0;
}

function setOnlyAttempt({ request, addresses, statuses, times }: Draft): void {
  request.backendStatus = statusCode(statuses);
  if (addresses === null || addresses === "-") return;
  if (!isAddress(addresses)) {
    request.pool ??= addresses;
    return;
  }
  request.node = addresses;
  request.attempts = [
    { node: addresses, status: request.backendStatus, durationMs: secondsToMs(times) },
  ];
}

function itemsOf(list: string | null): string[] {
  if (list === null) return [];
  const tail = list.length > 8192 ? list.slice(-8192) : list;
  return tail
    .split(/, | : /)
    .slice(-mostAttempts)
    .map((item) => item.trim());
}

function lastOf(list: string): string {
  return itemsOf(list).at(-1) ?? "";
}

/** `10.0.0.1:80`, `[::1]:80` or `unix:/path`; a group's name has no port. */
export function isAddress(text: string): boolean {
  if (text.startsWith("unix:")) return true;
  let at = text.length - 1;
  const longest = at - 5;
  while (at > longest && isDigit(text.charCodeAt(at))) at--;
  return at < text.length - 1 && text.charCodeAt(at) === 58;
}
