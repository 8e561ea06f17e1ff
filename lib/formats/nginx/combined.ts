import type { Rejected } from "@/lib/domain/facts";
import { ipAddressOf } from "../addresses";
import { readLogDate } from "../dates";
import { integerIn } from "../digits";
import { decodedDefault } from "../escapes";
import { unexpected, wordAt } from "../rejection";
import { fillRequestLine } from "../request-fact";
import type { Draft } from "./draft";
import { readTail } from "./tail";

/**
 * Reads NGINX's predefined `combined` format: `$remote_addr - $remote_user
 * [$time_local] "$request" $status $body_bytes_sent "$http_referer"
 * "$http_user_agent"`, with a host in front (`$host` is often put there) and
 * with the words that people append (see `readTail`). Answers why where it is none.
 * Source: https://nginx.org/en/docs/http/ngx_http_log_module.html
 */
export function readCombined(draft: Draft, line: string, start: number): Rejected | null {
  const open = line.indexOf(" [", start);
  if (open < 0 || open - start > 600) {
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
  const remote = readRemote(line, start, open);
  if (!remote) {
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
  const requestEnd = line.indexOf('"', at + 1);
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
  request.client.ip = remote.address === null ? null : ipAddressOf(remote.address);
  request.host = remote.host;
  fillRequestLine(request, decodedDefault(line.slice(requestStart, requestEnd)));
  request.status = status > 0 ? status : null;
  request.bytesOut = noBytes ? null : bytes;

  at = end + 1;
  // The common log format ends here.
  if (line.charCodeAt(at) !== 34) {
    if (at < line.length) readTail(draft, line, at);
    return null;
  }
  const refererEnd = line.indexOf('"', at + 1);
  if (refererEnd < 0) return unexpected('field "$http_referer"', "a closing quote", null);
  setHeader(request.headers, "referer", line.slice(at + 1, refererEnd));
  at = refererEnd + 2;
  if (line.charCodeAt(at) !== 34) {
    return unexpected('field "$http_user_agent"', "a user agent in quotes", wordAt(line, at));
  }
  const agentEnd = line.indexOf('"', at + 1);
  if (agentEnd < 0) return unexpected('field "$http_user_agent"', "a closing quote", null);
  const agent = line.slice(at + 1, agentEnd);
  request.userAgent = agent === "-" || agent === "" ? null : decodedDefault(agent);
  if (agentEnd + 1 < line.length) readTail(draft, line, agentEnd + 1);
  return null;
}

function setHeader(headers: Record<string, string>, name: string, value: string): void {
  if (value !== "" && value !== "-") headers[name] = decodedDefault(value);
}

/** `[host ]address - user` between `start` and `open`. */
function readRemote(
  line: string,
  start: number,
  open: number,
): { address: string | null; host: string | null } | null {
  const dash = line.indexOf(" - ", start);
  if (dash < 0 || dash >= open) return null;
  const space = line.indexOf(" ", start);
  if (space === dash) {
    const address = line.slice(start, dash);
    return isAddress(address)
      ? { address: address === "unix:" ? null : address, host: null }
      : null;
  }
  const address = line.slice(space + 1, dash);
  if (address.includes(" ") || !isAddress(address)) return null;
  const host = line.slice(start, space);
  const colon = host.lastIndexOf(":");
  return { address, host: colon > 0 ? host.slice(0, colon) : host };
}

/** An address or a host name; not a word that another format would begin with. */
function isAddress(text: string): boolean {
  if (text === "" || text.length > 255) return false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const lower = code | 32;
    const allowed =
      (code >= 48 && code <= 58) ||
      (lower >= 97 && lower <= 122) ||
      code === 45 ||
      code === 46 ||
      code === 95;
    if (!allowed) return false;
  }
  return true;
}
