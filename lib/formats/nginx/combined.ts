import type { Rejected } from "@/lib/domain/facts";
import { readLogDate, type WallClock } from "../dates";
import { integerIn, isDigit } from "../digits";
import { decodedDefault } from "../escapes";
import { closingQuote, isNothing, withoutBackslashes } from "../quotes";
import { unexpected, wordAt } from "../rejection";
import { fillRequestLine } from "../request-fact";
import type { Draft } from "./draft";
import { readRemote } from "./remote";
import { readTail } from "./tail";

/**
 * Reads NGINX's predefined `combined` format: `$remote_addr - $remote_user
 * [$time_local] "$request" $status $body_bytes_sent "$http_referer"
 * "$http_user_agent"`, with a host in front (`$host` is often put there) and
 * with the words that people append (see `readTail`). Answers why where it is none.
 * Source: https://nginx.org/en/docs/http/ngx_http_log_module.html
 */
export function readCombined(draft: Draft, line: string, start: number): Rejected | null {
  const open = openBracket(line, start, draft.clock);
  if (open < 0) {
    return unexpected(
      'field "$time_local"',
      "an address and [date]",
      line.slice(start, start + 61),
    );
  }
  const date = readLogDate(line, open + 2, draft.clock);
  if (!date || line.charCodeAt(date.end) !== 93) {
    return unexpected('field "$time_local"', "[day/Month/year:h:m:s zone]", wordAt(line, open + 1));
  }
  if (!readRemote(draft.request, line, start, open)) {
    return unexpected(
      'field "$remote_addr"',
      "address - user",
      line.slice(start, Math.min(open, start + 61)),
    );
  }
  let at = date.end + 2;
  if (line.charCodeAt(at) !== 34) {
    return unexpected('field "$request"', "the request in quotes", wordAt(line, at));
  }
  const requestEnd = closingQuote(line, at + 1);
  if (requestEnd < 0) return unexpected('field "$request"', "a closing quote", null);
  const requestStart = at + 1;
  at = requestEnd + 2;
  let end = line.indexOf(" ", at);
  if (end < 0) end = line.length;
  const status = integerIn(line, at, end);
  if (!(status >= 0 && status < 1000)) {
    return unexpected('field "$status"', "a status code", wordAt(line, at));
  }
  at = end + 1;
  end = line.indexOf(" ", at);
  if (end < 0) end = line.length;
  const noBytes = end === at + 1 && line.charCodeAt(at) === 45;
  const bytes = noBytes ? 0 : integerIn(line, at, end);
  if (!(bytes >= 0)) {
    return unexpected('field "$body_bytes_sent"', "a number of bytes", wordAt(line, at));
  }
  const { request } = draft;
  draft.ended = date;
  fillRequestLine(request, unescaped(line, requestStart, requestEnd));
  request.status = status > 0 ? status : null;
  request.bytesOut = noBytes ? null : bytes;

  at = end + 1;
  // A number that somebody put before the referer, such as Apache's %D.
  if (isDigit(line.charCodeAt(at))) at = afterNumber(line, at);
  // The common log format ends here.
  if (line.charCodeAt(at) !== 34) {
    if (at < line.length) readTail(draft, line, at);
    return null;
  }
  const refererEnd = closingQuote(line, at + 1);
  if (refererEnd < 0) return unexpected('field "$http_referer"', "a closing quote", null);
  if (!isNothing(line, at + 1, refererEnd)) {
    request.headers.referer = unescaped(line, at + 1, refererEnd);
  }
  at = refererEnd + 2;
  if (line.charCodeAt(at) !== 34) {
    return unexpected('field "$http_user_agent"', "a user agent in quotes", wordAt(line, at));
  }
  const agentEnd = closingQuote(line, at + 1);
  if (agentEnd < 0) return unexpected('field "$http_user_agent"', "a closing quote", null);
  if (!isNothing(line, at + 1, agentEnd)) request.userAgent = unescaped(line, at + 1, agentEnd);
  if (agentEnd + 1 < line.length) readTail(draft, line, agentEnd + 1);
  return null;
}

/** Where the ` [` of the date stands; older ingress-nginx puts an address in brackets before it. */
export function openBracket(line: string, start: number, clock: WallClock): number {
  let open = line.indexOf(" [", start);
  for (let tries = 0; tries < 3 && open >= 0 && open - start <= 600; tries++) {
    if (isDigit(line.charCodeAt(open + 2)) && readLogDate(line, open + 2, clock)) return open;
    const next = line.indexOf(" [", open + 2);
    if (next < 0) return open;
    open = next;
  }
  return open >= 0 && open - start <= 600 ? open : -1;
}

/** A value as it was: NGINX writes `"` as `\x22`, Apache as `\"`. */
function unescaped(line: string, from: number, to: number): string {
  const value = line.slice(from, to);
  if (!value.includes("\\")) return value;
  return decodedDefault(withoutBackslashes(value));
}

function afterNumber(line: string, from: number): number {
  let at = from;
  while (isDigit(line.charCodeAt(at))) at++;
  return line.charCodeAt(at) === 32 && line.charCodeAt(at + 1) === 34 ? at + 1 : from;
}
