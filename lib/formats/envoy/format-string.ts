import { FormatStringError } from "../format";
import type { Piece } from "../template";
import type { Draft } from "./draft";
import { operatorSlot } from "./operators";

/** What Envoy writes when it is told no format. */
export const envoyDefault =
  '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%"';

/** What Istio tells its proxies to write. Source: https://istio.io/latest/docs/tasks/observability/logs/access-log/ */
export const istioDefault =
  '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% "%UPSTREAM_TRANSPORT_FAILURE_REASON%" %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%" %UPSTREAM_CLUSTER_RAW% %UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% %ROUTE_NAME%';

/**
 * Cuts a format string into its text and its operators, `%NAME%`, `%NAME(argument)%` and `%NAME(argument):length%`.
 * @throws {FormatStringError} naming the column of a `%` that begins none.
 */
export function readFormatString(format: string): Piece<Draft>[] {
  const trimmed = format.trim().replace(/(?:\\n|\n)+$/, "");
  const pieces: Piece<Draft>[] = [];
  let literal = "";
  let at = 0;
  while (at < trimmed.length) {
    if (trimmed[at] !== "%") {
      literal += trimmed.charAt(at++);
      continue;
    }
    if (trimmed[at + 1] === "%") {
      literal += "%";
      at += 2;
      continue;
    }
    const item = readOperator(trimmed, at);
    if (literal !== "") pieces.push({ kind: "literal", text: literal });
    literal = "";
    pieces.push({ kind: "slot", slot: operatorSlot(item.name, item.argument) });
    at = item.end;
  }
  if (literal !== "") pieces.push({ kind: "literal", text: literal });
  return pieces;
}

/** The operator whose `%` stands at `start`. */
export function readOperator(
  format: string,
  start: number,
): { name: string; argument: string | null; end: number } {
  const name = /^[A-Z][A-Z0-9_]*/.exec(format.slice(start + 1, start + 100))?.[0];
  if (!name)
    throw new FormatStringError(`column ${start + 1}: an operator's name should follow the %`);
  let at = start + 1 + name.length;
  let argument: string | null = null;
  if (format[at] === "(") {
    const close = format.indexOf(")", at);
    if (close < 0) throw new FormatStringError(`column ${at + 1}: the parenthesis is not closed`);
    argument = format.slice(at + 1, close);
    at = close + 1;
  }
  const length = /^:\d+/.exec(format.slice(at, at + 12));
  if (length) at += length[0].length;
  if (format[at] !== "%") throw new FormatStringError(`column ${at + 1}: a % should end ${name}`);
  return { name, argument, end: at + 1 };
}
