import type { EpochMs, ParsedLine, RequestLine } from "@/lib/domain/facts";
import { ipAddressOf } from "../addresses";
import { correlationIdByShape } from "../correlation";
import { readLogDate, type WallClock } from "../dates";
import { integerIn, mostMs } from "../digits";
import { rejected, unexpected, wordAt } from "../rejection";
import { addCorrelationId, fillRequestLine, requestStartedAt } from "../request-fact";
import { addCaptured, decoded, isUniqueId, isUuid } from "./values";

/** What is known of a line before its message is read. */
export interface LineContext {
  clock: WallClock;
  receivedAt: EpochMs;
  /** The host and time that the syslog header told. */
  host: string | null;
  at: EpochMs | null;
}

/** The numbers of the `/` lists of a line; one set serves all lines, as no line is read while another is. */
const numbers = new Float64Array(6);
/** True when the last number of the list that was read carried a `+`. */
let lastHadPlus = false;

/** Reads `1/2/-1/+4` into `numbers`; how many there were, or 0 when something else stands there. */
function readList(line: string, from: number, to: number): number {
  let count = 0;
  let value = 0;
  let hasDigit = false;
  let negative = false;
  let plus = false;
  for (let at = from; at <= to; at++) {
    const code = at === to ? 47 : line.charCodeAt(at);
    if (code === 47) {
      if (!hasDigit || count === 6 || value > mostMs) return 0;
      numbers[count++] = negative ? -value : value;
      lastHadPlus = plus;
      value = 0;
      hasDigit = false;
      negative = false;
      plus = false;
    } else if (code >= 48 && code <= 57) {
      value = value * 10 + (code - 48);
      hasDigit = true;
    } else if (code === 45 && !hasDigit) negative = true;
    else if (code === 43 && !hasDigit) plus = true;
    else return 0;
  }
  return count;
}

/** HAProxy's `retries` directive allows far fewer. */
const mostRetries = 32_767;

function wordEnd(line: string, from: number): number {
  const end = line.indexOf(" ", from);
  return end < 0 ? line.length : end;
}

/**
 * Reads the message of `option httplog`, `httpslog` or `tcplog` from `start` on.
 * Fields and their numbers are those of HAProxy's configuration manual,
 * sections 8.2.2 to 8.2.5; timers are milliseconds, -1 for a phase never reached.
 * One unknown word between server and timers is passed over, as many
 * hand-made formats only put the host there.
 */
export function parseHttpLog(line: string, start: number, context: LineContext): ParsedLine {
  const clientEnd = line.indexOf(" ", start);
  const colon = clientEnd < 0 ? -1 : line.lastIndexOf(":", clientEnd - 1);
  if (colon < start || line.charCodeAt(clientEnd + 1) !== 91) {
    return unexpected(
      'field 2 "%ci:%cp"',
      "client address:port and [date]",
      line.slice(start, start + 61),
    );
  }
  const date = readLogDate(line, clientEnd + 2, context.clock);
  if (!date || line.charCodeAt(date.end) !== 93) {
    return unexpected('field 3 "[%tr]"', "[day/Month/year:h:m:s.ms]", wordAt(line, clientEnd + 1));
  }
  const frontendStart = date.end + 2;
  const frontendEnd = wordEnd(line, frontendStart);
  if (frontendStart >= line.length) return unexpected('field 4 "%ft"', "a frontend", null);
  if (line.charCodeAt(frontendEnd - 1) === 58)
    return connectionError(line, frontendStart, frontendEnd);
  const serverStart = frontendEnd + 1;
  const serverEnd = wordEnd(line, serverStart);
  const slash = line.indexOf("/", serverStart);
  if (slash < 0 || slash >= serverEnd) {
    return unexpected('field 5 "%b/%s"', "backend/server", wordAt(line, serverStart));
  }

  const timersStart = serverEnd + 1;
  let timersEnd = wordEnd(line, timersStart);
  let timers = readList(line, timersStart, timersEnd);
  if (timers < 3 && timersEnd < line.length) {
    const nextEnd = wordEnd(line, timersEnd + 1);
    timers = readList(line, timersEnd + 1, nextEnd);
    if (timers >= 3) timersEnd = nextEnd;
  }
  if (timers !== 5 && timers !== 3) {
    return unexpected(
      'field 6 "%TR/%Tw/%Tc/%Tr/%Ta"',
      "5 timers (3 in a TCP log)",
      wordAt(line, timersStart),
    );
  }
  const isHttp = timers === 5;
  const total = numbers[timers - 1] ?? -1;
  const response = isHttp ? (numbers[3] ?? -1) : -1;
  let at = timersEnd + 1;

  let status: number | null = null;
  if (isHttp) {
    const end = wordEnd(line, at);
    const code = integerIn(line, at, end);
    if (!(code < 1000)) return unexpected('field 7 "%ST"', "a status code", wordAt(line, at));
    status = code > 0 ? code : null;
    at = end + 1;
  }
  const bytesEnd = wordEnd(line, at);
  const bytes = integerIn(line, at, bytesEnd);
  if (Number.isNaN(bytes)) return unexpected('field 8 "%B"', "a number of bytes", wordAt(line, at));
  at = bytesEnd + 1;

  let requestCookieStart = 0;
  let responseCookieStart = 0;
  if (isHttp) {
    requestCookieStart = at;
    responseCookieStart = wordEnd(line, at) + 1;
    at = wordEnd(line, responseCookieStart) + 1;
  }
  const flagsStart = at;
  const flagsEnd = wordEnd(line, at);
  const flags = flagsEnd - flagsStart;
  if ((flags !== 4 && flags !== 2) || !areFlags(line, flagsStart, flagsEnd)) {
    const name = isHttp ? 'field 11 "%tsc"' : 'field 8 "%ts"';
    return unexpected(name, `${isHttp ? 4 : 2} termination flags`, wordAt(line, flagsStart));
  }
  at = flagsEnd + 1;
  const connectionsEnd = wordEnd(line, at);
  if (readList(line, at, connectionsEnd) !== 5) {
    return unexpected('field 12 "%ac/%fc/%bc/%sc/%rc"', "5 counts", wordAt(line, at));
  }
  const retries = Math.min(numbers[4] ?? 0, mostRetries);
  const redispatched = lastHadPlus;
  at = connectionsEnd + 1;
  const queuesEnd = wordEnd(line, at);
  if (readList(line, at, queuesEnd) !== 2) {
    return unexpected('field 13 "%sq/%bq"', "2 queue lengths", wordAt(line, at));
  }
  at = queuesEnd + 1;

  const request = requestStartedAt(date.at, date.resolutionMs);
  request.lb = context.host;
  const isSocket = line.startsWith("unix:", start);
  const clientIsNamed = line.charCodeAt(start) !== 45 && !isSocket;
  const port = integerIn(line, colon + 1, clientEnd);
  const bracketed = line.charCodeAt(start) === 91 && line.charCodeAt(colon - 1) === 93;
  request.client.ip = clientIsNamed
    ? ipAddressOf(bracketed ? line.slice(start + 1, colon - 1) : line.slice(start, colon))
    : null;
  request.client.port = port >= 0 && port < 65_536 && !isSocket ? port : null;
  const isTls = line.charCodeAt(frontendEnd - 1) === 126;
  request.listener = line.slice(frontendStart, isTls ? frontendEnd - 1 : frontendEnd);
  request.pool = line.slice(serverStart, slash);
  if (total >= 0) {
    request.durationMs = total;
    request.endedAt = date.at + total;
  }
  request.status = status;
  request.bytesOut = bytes >= 0 ? bytes : null;
  request.termination = line.slice(flagsStart, flagsEnd);
  if (flags === 4) request.persistence.state = line.slice(flagsStart + 2, flagsEnd);
  request.retries = retries;
  request.redispatched = redispatched;
  if (line.charCodeAt(slash + 1) !== 60) {
    setServed(request, line.slice(slash + 1, serverEnd), response);
  }
  if (!isHttp) return request;

  request.upgrade = status === 101;
  if (!isDash(line, requestCookieStart)) {
    addCaptured(request.cookies, line.slice(requestCookieStart, responseCookieStart - 1));
  }
  if (!isDash(line, responseCookieStart)) {
    addCaptured(request.setCookies, line.slice(responseCookieStart, flagsStart - 1));
  }
  for (let block = 0; block < 2 && line.charCodeAt(at) === 123; block++) {
    const close = line.indexOf("}", at + 1);
    if (close < 0) {
      return unexpected(block === 0 ? 'field 14 "%hr"' : 'field 15 "%hs"', "a closing }", null);
    }
    if (close > at + 1) addHeaders(request, block, line.slice(at + 1, close));
    at = close + 1;
    if (line.charCodeAt(at) === 32) at++;
  }
  if (line.charCodeAt(at) === 92 && line.charCodeAt(at + 1) === 34) at++;
  if (line.charCodeAt(at) !== 34) {
    return unexpected('field 16 "%{+Q}r"', "the request in quotes", wordAt(line, at));
  }
  // A request that was cut by the length limit has no closing quote.
  const quote = line.indexOf('"', at + 1);
  const escaped = quote > 0 && line.charCodeAt(quote - 1) === 92;
  const requestEnd = quote < 0 ? line.length : escaped ? quote - 1 : quote;
  fillRequestLine(request, decoded(line.slice(at + 1, requestEnd)));
  if (quote >= 0 && quote + 2 < line.length) readTail(request, line.slice(quote + 2));
  return request;
}

function isDash(line: string, at: number): boolean {
  return line.charCodeAt(at) === 45 && line.charCodeAt(at + 1) === 32;
}

function areFlags(line: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const code = line.charCodeAt(at);
    const lower = code | 32;
    if (code !== 45 && (lower < 97 || lower > 122)) return false;
  }
  return true;
}

/** First flags of a response that HAProxy made itself: refused, handled locally, out of resources, internal error. */
const madeByProxy = "PLRI";

/**
 * Names the server that the line blames: the last one tried. Its status is the
 * line's when it answered: when `%Tr` is no -1, or, where it is not logged
 * (null), when nothing went wrong.
 */
export function setServed(request: RequestLine, server: string, responseMs: number | null): void {
  request.node = server;
  const first = request.termination?.charAt(0);
  const answered =
    responseMs === null
      ? first === "-"
      : responseMs >= 0 && (first === undefined || !madeByProxy.includes(first));
  request.backendStatus = answered ? request.status : null;
  request.attempts.push({
    node: server,
    status: request.backendStatus,
    durationMs: responseMs !== null && responseMs >= 0 ? responseMs : null,
  });
}

/** Adds a `{a|b}` block: captured request headers (block 0) or response headers (block 1). */
export function addHeaders(request: RequestLine, block: number, content: string): void {
  const name = block === 0 ? "capture.req.hdr" : "capture.res.hdr";
  let from = 0;
  for (let index = 0; from <= content.length && index < 200; index++) {
    let end = content.indexOf("|", from);
    if (end < 0) end = content.length;
    if (end > from) {
      const value = decoded(content.slice(from, end));
      request.captures[`${name}(${index})`] = value;
      addCorrelationId(request, correlationIdByShape(value));
    }
    from = end + 1;
  }
}

/** What follows the request: the two groups of `option httpslog`, or words of a hand-made format. */
function readTail(request: RequestLine, tail: string): void {
  for (const word of tail.split(" ", 12)) {
    const first = word.indexOf("/");
    const second = first < 0 ? -1 : word.indexOf("/", first + 1);
    if (second > 0 && word.indexOf("/", second + 1) < 0) {
      const sni = word.slice(0, first);
      const protocol = word.slice(first + 1, second);
      const cipher = word.slice(second + 1);
      if (protocol.startsWith("TLS") || protocol.startsWith("SSL")) {
        request.tls.protocol = protocol;
        request.tls.cipher = cipher === "-" ? null : cipher;
        if (sni !== "-") request.captures.ssl_fc_sni = sni;
      }
    } else if (isUniqueId(word) || isUuid(word)) addCorrelationId(request, word);
    else addCorrelationId(request, correlationIdByShape(word));
  }
}

/** `fe/bind: SSL handshake failure`: a connection that ended before it brought a request (section 8.2.6). */
function connectionError(line: string, from: number, end: number): ParsedLine {
  const place = line.slice(from, end - 1).slice(0, 60);
  const message = line.slice(end + 1, end + 81);
  return rejected(`connection error line of ${place}, no request was read: ${message}`);
}
