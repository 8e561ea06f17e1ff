import { isDigit } from "./digits";
import type { Step } from "./template-steps";

/**
 * Where the value ends whose opening quote stands before `from`, or -1. A
 * quote inside may have been left as it is, so what follows the format's is looked for.
 */
export function quotedEnd<Draft>(line: string, from: number, step: Step<Draft>): number {
  if (step.stop !== "") return closingQuote(line, from, step.backslashes);
  if (step.until !== "") {
    const close = `"${step.until}`;
    const end = step.backslashes ? unescapedIndex(line, close, from) : line.indexOf(close, from);
    if (end >= 0 || step.until.trim() !== "") return end;
  }
  const end = line.trimEnd().length - 1;
  return end >= from && line.charCodeAt(end) === 34 ? end : -1;
}

function closingQuote(line: string, from: number, backslashes: boolean): number {
  if (!backslashes) return line.indexOf('"', from);
  for (let at = from; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === 92) at++;
    else if (code === 34) return at;
  }
  return -1;
}

/** Where the unquoted value that begins at `from` ends, or -1. */
export function valueEnd<Draft>(line: string, from: number, step: Step<Draft>): number {
  switch (step.slot?.shape) {
    case "digits":
      return digitsEnd(line, from, step.until);
    case "mark":
      return line.charCodeAt(from) === 63 ? from + 1 : from;
    case "date":
      return dateEnd(line, from);
    case "block":
      if (line.charCodeAt(from) !== 123) return from;
      return line.indexOf("}", from) + 1 || -1;
    case "quotes":
      return quotesEnd(line, from);
    case "address":
      return addressEnd(line, from, step);
    case "list":
      return listEnd(line, from, step);
    case "request":
      if (step.until.charCodeAt(0) === 32) return requestEnd(line, from);
      break;
    default:
  }
  return textEnd(line, from, step);
}

function textEnd<Draft>(line: string, from: number, step: Step<Draft>): number {
  if (step.slot?.begins === "?" && line.charCodeAt(from) !== 63) return from;
  let end = line.length;
  if (step.until !== "") {
    end = step.backslashes
      ? unescapedIndex(line, step.until, from)
      : line.indexOf(step.until, from);
    if (step.thenDigits) end = beforeNumber(line, step.until, end);
    if (end < 0 && step.until.trim() === "") end = line.length;
  }
  if (step.stop !== "") {
    const stop = line.indexOf(step.stop, from);
    if (stop >= 0 && (end < 0 || stop < end)) return stop;
  }
  return end;
}

/** Where `until` stands with a number behind it, from `first` on; `first` itself where none does. */
function beforeNumber(line: string, until: string, first: number): number {
  let end = first;
  while (end >= 0 && !beginsNumber(line, end + until.length)) end = line.indexOf(until, end + 1);
  return end < 0 ? first : end;
}

function beginsNumber(line: string, at: number): boolean {
  const code = line.charCodeAt(at);
  return isDigit(code) || code === 45 || code === 46;
}

/** Where `text`, which begins with a quote, stands without a backslash before it. */
function unescapedIndex(line: string, text: string, from: number): number {
  if (text.charCodeAt(0) !== 34) return line.indexOf(text, from);
  let at = closingQuote(line, from, true);
  while (at >= 0 && !line.startsWith(text, at)) at = closingQuote(line, at + 1, true);
  return at;
}

/** Where the number ends that begins at `from`; -1 where none does and the format does not go on. */
function digitsEnd(line: string, from: number, until: string): number {
  let at = from;
  const sign = line.charCodeAt(at);
  if (sign === 43 || sign === 45) at++;
  while (isDigit(line.charCodeAt(at)) || line.charCodeAt(at) === 46) at++;
  return at > from || line.startsWith(until, at) ? at : -1;
}

/** `21/Nov/2026:03:58:22`, then `.235` and ` +0000` where they follow. */
function dateEnd(line: string, from: number): number {
  if (line.charCodeAt(from) === 45) return from + 1;
  let at = from + 20;
  if (line.charCodeAt(at) === 46) {
    at++;
    while (isDigit(line.charCodeAt(at))) at++;
  }
  const sign = line.charCodeAt(at + 1);
  if (
    line.charCodeAt(at) === 32 &&
    (sign === 43 || sign === 45) &&
    isDigit(line.charCodeAt(at + 2))
  )
    at += 6;
  return Math.min(at, line.length);
}

/** `"a" "b"`: to the last quote of the row. */
function quotesEnd(line: string, from: number): number {
  let at = from;
  while (line.charCodeAt(at) === 34) {
    const close = line.indexOf('"', at + 1);
    if (close < 0) return line.length;
    at = close + 1;
    if (line.charCodeAt(at) === 32 && line.charCodeAt(at + 1) === 34) at++;
  }
  return at;
}

function addressEnd<Draft>(line: string, from: number, step: Step<Draft>): number {
  if (!step.until.startsWith(":")) return textEnd(line, from, step);
  if (line.charCodeAt(from) === 91) {
    const close = line.indexOf("]:", from);
    if (close > 0 && close - from < 64) return close + 1;
  }
  let end = from;
  for (; end < from + 64; end++) {
    const code = line.charCodeAt(end);
    const lower = code | 32;
    if (!isDigit(code) && code !== 58 && code !== 46 && (lower < 97 || lower > 102)) break;
  }
  const colon = line.lastIndexOf(":", end - 1);
  return colon > from ? colon : textEnd(line, from, step);
}

function listEnd<Draft>(line: string, from: number, step: Step<Draft>): number {
  if (step.until.charCodeAt(0) !== 32) return textEnd(line, from, step);
  let at = line.indexOf(" ", from);
  while (at >= 0) {
    if (line.charCodeAt(at - 1) === 44) at = line.indexOf(" ", at + 1);
    else if (line.charCodeAt(at + 1) === 58 && line.charCodeAt(at + 2) === 32)
      at = line.indexOf(" ", at + 3);
    else if (line.startsWith(step.until, at)) return at;
    else at = line.indexOf(" ", at + 1);
  }
  return step.until.trim() === "" ? line.length : -1;
}

/** `GET /path HTTP/1.1` without quotes, or one word such as `<BADREQ>`. */
function requestEnd(line: string, from: number): number {
  const first = line.indexOf(" ", from);
  if (first < 0) return line.length;
  if (line.charCodeAt(from) === 60) return first;
  const protocol = line.indexOf(" HTTP/", first);
  if (protocol < 0) return first;
  const end = line.indexOf(" ", protocol + 1);
  return end < 0 ? line.length : end;
}
