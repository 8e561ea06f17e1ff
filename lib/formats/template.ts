import type { Rejected } from "@/lib/domain/facts";
import { isDigit } from "./digits";
import { FormatStringError } from "./format";
import { quoted, rejected, unexpected, wordAt } from "./rejection";

/**
 * How far a value reaches. `text`: to the text that follows it in the format.
 * `digits`, `date`, `block`, `mark` (a `?` or nothing): told by the value itself. `list`: as text, but
 * `, ` and ` : ` belong to it. `address`: an address that a `:` follows.
 * `request`: an HTTP request line without quotes. `quotes`: a row of quoted values.
 */
export type Shape =
  | "text"
  | "digits"
  | "mark"
  | "date"
  | "list"
  | "address"
  | "request"
  | "block"
  | "quotes";

/** One variable of a format string: what it is called there, how far it reaches, what it says of a request. */
export interface Slot<Draft> {
  name: string;
  shape: Shape;
  /**
   * Puts the value into the draft. Answers null, or what had been expected there.
   * Not called for a value that is missing (empty, or the format's `-`).
   */
  assign(draft: Draft, value: string): string | null;
  /** The character that every value begins with, as `/` of a path. */
  begins?: string;
}

export type Piece<Draft> =
  | { kind: "literal"; text: string }
  | {
      kind: "slot";
      slot: Slot<Draft>;
      /** The balancer puts the value in double quotes by itself. */
      quoted?: boolean;
      /** A quote or backslash inside the value has a backslash before it. */
      backslashes?: boolean;
      decode?: (value: string) => string;
    };

interface Step<Draft> {
  literal: string;
  slot: Slot<Draft> | null;
  quoted: boolean;
  backslashes: boolean;
  decode: ((value: string) => string) | null;
  /** The text that ends the value; empty at the end of the line. */
  until: string;
  /** A character that ends the value too, because the next one begins with it. */
  stop: string;
  /** A number stands after `until`: where none does, the value goes on. */
  thenDigits: boolean;
  label: string;
}

/** Where a template stopped reading: null when it read the whole line. */
export type TemplateRun<Draft> = (draft: Draft, line: string, start: number) => Rejected | null;

export interface TemplateStyle {
  /** HAProxy writes one space where an empty value stands between two. */
  mergesSpaces: boolean;
}

/**
 * Makes the reader of a format string from its pieces. It reads each line once
 * from left to right and never goes back, so a hostile line costs no more than a long one.
 * @throws {FormatStringError} when the pieces hold no variable.
 */
export function templateOf<Draft>(
  pieces: readonly Piece<Draft>[],
  style: TemplateStyle,
): TemplateRun<Draft> {
  const steps = stepsOf(joinedNeighbours(pieces));
  if (!steps.some((step) => step.slot)) {
    throw new FormatStringError("the format string holds no variable");
  }
  return (draft, line, start) => {
    let at = start;
    let wasEmpty = style.mergesSpaces;
    for (let index = 0; index < steps.length; index++) {
      const step = steps[index];
      if (!step) break;
      const { slot } = step;
      if (slot === null) {
        const merged =
          style.mergesSpaces &&
          wasEmpty &&
          step.literal.charCodeAt(0) === 32 &&
          (at === start || line.charCodeAt(at - 1) === 32);
        const literal = merged ? step.literal.slice(1) : step.literal;
        if (!line.startsWith(literal, at)) {
          // What only spaces would follow may have been trimmed.
          if (at >= line.length && restIsSpace(steps, index)) return null;
          return unexpected(
            step.label,
            `the text ${JSON.stringify(step.literal)}`,
            wordAt(line, at),
          );
        }
        at += literal.length;
        wasEmpty = false;
        continue;
      }
      let from = at;
      let end: number;
      if (step.quoted && line.charCodeAt(at) === 34 && slot.shape !== "quotes") {
        from = at + 1;
        end = quotedEnd(line, from, step);
        if (end < 0) {
          if (slot.shape !== "request") return unexpected(step.label, "a closing quote", null);
          end = line.length;
        }
        at = end + 1;
      } else {
        end = valueEnd(line, at, step);
        if (end < 0) {
          if (slot.shape !== "request" && !isCutRequest(slot, step)) {
            return unexpected(
              step.label,
              slot.shape === "digits"
                ? "a number"
                : `a value and then ${JSON.stringify(step.until || step.stop)}`,
              wordAt(line, at),
            );
          }
          end = line.length;
        }
        at = end;
      }
      wasEmpty = end === from;
      const length = end - from;
      if (length === 0 || (length === 1 && line.charCodeAt(from) === 45)) continue;
      const raw = line.slice(from, end);
      const expected = slot.assign(draft, step.decode ? step.decode(raw) : raw);
      if (expected !== null) return unexpected(step.label, expected, raw);
      if (at > line.length || (end === line.length && step.until.startsWith('"'))) return null;
    }
    if (at < line.length && line.slice(at, at + 200).trim() !== "") {
      return rejected(
        `the line goes on after the format's end: ${quoted(line.slice(at, at + 61))}`,
      );
    }
    return null;
  };
}

/** A request line that was cut by the length limit has lost its quote and all that follows. */
function isCutRequest<Draft>(slot: Slot<Draft>, step: Step<Draft>): boolean {
  return step.until.startsWith('"') && (slot.name === "$request" || slot.name === "%r");
}

function restIsSpace<Draft>(steps: readonly Step<Draft>[], from: number): boolean {
  return steps
    .slice(from)
    .every((step) =>
      step.slot === null
        ? step.literal.trim() === ""
        : step.slot.shape === "block" || step.slot.shape === "quotes",
    );
}

function stepsOf<Draft>(pieces: readonly Piece<Draft>[]): Step<Draft>[] {
  let field = 0;
  let last = "the beginning";
  return pieces.map((piece, index) => {
    if (piece.kind === "literal") {
      return {
        literal: piece.text,
        slot: null,
        quoted: false,
        backslashes: false,
        decode: null,
        until: "",
        stop: "",
        thenDigits: false,
        label: `after ${last}`,
      };
    }
    field++;
    last = `field ${field} "${piece.slot.name}"`;
    const next = pieces[index + 1];
    const afterNext = pieces[index + 2];
    let until = "";
    let stop = "";
    if (next?.kind === "literal") until = next.text;
    else if (next?.kind === "slot") {
      stop = next.quoted ? '"' : (next.slot.begins ?? "");
      if (afterNext?.kind === "literal") until = afterNext.text;
    }
    return {
      literal: "",
      slot: piece.slot,
      quoted: piece.quoted ?? false,
      backslashes: piece.backslashes ?? false,
      decode: piece.decode ?? null,
      until,
      stop,
      thenDigits:
        next?.kind === "literal" && afterNext?.kind === "slot" && afterNext.slot.shape === "digits",
      label: last,
    };
  });
}

/** Two variables side by side that nothing tells apart are read as one value, which is passed over. */
function joinedNeighbours<Draft>(pieces: readonly Piece<Draft>[]): Piece<Draft>[] {
  const joined: Piece<Draft>[] = [];
  for (const piece of pieces) {
    const before = joined.at(-1);
    if (piece.kind === "literal" && before?.kind === "literal") {
      joined[joined.length - 1] = { kind: "literal", text: before.text + piece.text };
    } else if (
      piece.kind === "slot" &&
      before?.kind === "slot" &&
      !piece.quoted &&
      !before.quoted &&
      !piece.slot.begins &&
      (before.slot.shape === "text" || before.slot.shape === "list")
    ) {
      const name = before.slot.name + piece.slot.name;
      joined[joined.length - 1] = {
        kind: "slot",
        slot: { name, shape: "text", assign: () => null },
      };
    } else joined.push(piece);
  }
  return joined;
}

/**
 * Where the value ends whose opening quote stands before `from`, or -1. A
 * quote inside may have been left as it is, so what follows the format's is looked for.
 */
function quotedEnd<Draft>(line: string, from: number, step: Step<Draft>): number {
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
function valueEnd<Draft>(line: string, from: number, step: Step<Draft>): number {
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
    while (step.thenDigits && end >= 0 && !beginsNumber(line, end + step.until.length)) {
      end = line.indexOf(step.until, end + 1);
    }
    if (end < 0 && step.until.trim() === "") end = line.length;
  }
  if (step.stop !== "") {
    const stop = line.indexOf(step.stop, from);
    if (stop >= 0 && (end < 0 || stop < end)) return stop;
  }
  return end;
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
