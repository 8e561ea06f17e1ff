import { decodedJson } from "../escapes";
import { FormatStringError } from "../format";
import type { Piece, Slot } from "../template";
import { aliases, fromHex } from "./aliases";
import type { Draft } from "./draft";
import { fetchSlot } from "./fetches";

/** The strings that HAProxy's short options stand for (manual, sections 8.2.2 to 8.2.5). */
export const clfLogFormat =
  '%{+Q}o %{-Q}ci - - [%trg] %r %ST %B "" "" %cp %ms %ft %b %s %TR %Tw %Tc %Tr %Ta %tsc %ac %fc %bc %sc %rc %sq %bq %CC %CS %hrl %hsl';

/** A log-format string, read. */
export interface LogFormat {
  pieces: Piece<Draft>[];
  /** `%{+json}o`: the whole line is one JSON object of the items that have a name, `%(name)ci`. */
  json: Map<string, Slot<Draft>> | null;
}

/** What a format string stands for: one of HAProxy's own options, or a string of variables. */
export type Meaning =
  | { option: "default" }
  | { option: "clf" }
  | { option: "string"; text: string };

/**
 * What the operator pasted: the bare string, the string as it stands in the
 * configuration (in quotes or with `\ ` for its spaces), or the whole
 * statement `log-format …` or `option httplog`.
 */
export function readStatement(pasted: string): Meaning {
  let text = pasted.trim().replace(/\\\r?\n\s*/g, "");
  const option = /^option\s+(httplog|httpslog|tcplog)(\s+clf)?$/.exec(text);
  if (option) return { option: option[2] ? "clf" : "default" };
  text = text.replace(/^(?:error-log-format|log-format)(?:\s+|$)/, "");
  if (text.length > 1 && text.startsWith("'") && text.indexOf("'", 1) === text.length - 1) {
    return { option: "string", text: text.slice(1, -1) };
  }
  if (text.length > 1 && text.startsWith('"') && closingQuote(text) === text.length - 1) {
    text = text.slice(1, -1);
  }
  return { option: "string", text: unescaped(text) };
}

function closingQuote(text: string): number {
  for (let at = 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at;
  }
  return -1;
}

/** The string without the backslashes that the configuration file asks for (manual, section 2.2). */
function unescaped(text: string): string {
  return text.replace(/\\(x[\dA-Fa-f]{2}|.)/g, (whole, code: string) => {
    if (code.length === 3) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    if (code === "n" || code === "r") return "";
    if (code === "t") return "\t";
    return /[\s"'#\\%[\]{}$]/.test(code) ? code : whole;
  });
}

interface Flags {
  quote: boolean;
  hex: boolean;
  escape: boolean;
  json: boolean;
}

/**
 * Reads a log-format string: `%alias`, `%{+Q,-X}alias`, `%(name)alias`,
 * `%[sample expression]`, `%{+Q}o` for all that follows, `%%`.
 * Source: HAProxy's configuration manual, section 8.2.6 "Custom log format".
 * @throws {FormatStringError} naming the column where it cannot be understood.
 */
export function readLogFormat(text: string): LogFormat {
  const pieces: Piece<Draft>[] = [];
  const named = new Map<string, Slot<Draft>>();
  let standing: Flags = { quote: false, hex: false, escape: false, json: false };
  let literal = "";
  let at = 0;
  const endLiteral = () => {
    if (literal !== "") pieces.push({ kind: "literal", text: literal.replace(/\s+/g, " ") });
    literal = "";
  };
  while (at < text.length) {
    if (text[at] !== "%") {
      literal += text[at++];
      continue;
    }
    if (text[at + 1] === "%") {
      literal += "%";
      at += 2;
      continue;
    }
    const item = readItem(text, at, standing);
    at = item.end;
    if (item.alias === "o") {
      standing = item.flags;
      continue;
    }
    endLiteral();
    const slot =
      item.expression === null ? aliasSlot(item.alias, item.start) : fetchSlot(item.expression);
    if (item.name) named.set(item.name, slot);
    pieces.push(pieceOf(slot, item.flags, item.alias, item.expression));
  }
  endLiteral();
  return { pieces, json: standing.json ? named : null };
}

function aliasSlot(name: string, column: number): Slot<Draft> {
  const alias = aliases[name];
  if (!alias)
    throw new FormatStringError(`column ${column + 1}: HAProxy knows no variable %${name}`);
  const slot: Slot<Draft> = { name: `%${name}`, shape: alias.shape, assign: alias.assign };
  if (alias.begins) slot.begins = alias.begins;
  return slot;
}

function pieceOf(
  slot: Slot<Draft>,
  flags: Flags,
  alias: string,
  expression: string | null,
): Piece<Draft> {
  const hex = flags.hex ? aliases[alias]?.hex : undefined;
  const isJson = expression !== null && /,\s*json\b/.test(expression);
  const decode = hex
    ? (value: string) => fromHex(value, hex)
    : isJson
      ? decodedJson
      : flags.escape
        ? (value: string) => value.replace(/\\(["\\\]])/g, "$1")
        : undefined;
  return {
    kind: "slot",
    slot,
    quoted: flags.quote,
    backslashes: flags.escape || isJson,
    ...(decode ? { decode } : {}),
  };
}

interface Item {
  start: number;
  end: number;
  name: string | null;
  flags: Flags;
  alias: string;
  expression: string | null;
}

/** Reads the item whose `%` stands at `start`. */
function readItem(text: string, start: number, standing: Flags): Item {
  let at = start + 1;
  let name: string | null = null;
  let flags = standing;
  if (text[at] === "(") {
    const close = text.indexOf(")", at);
    if (close < 0)
      throw new FormatStringError(`column ${at + 1}: the name's parenthesis is not closed`);
    name =
      text
        .slice(at + 1, close)
        .split(":", 1)[0]
        ?.trim() || null;
    at = close + 1;
  }
  if (text[at] === "{") {
    const close = text.indexOf("}", at);
    if (close < 0) throw new FormatStringError(`column ${at + 1}: the flags' brace is not closed`);
    flags = readFlags(text.slice(at + 1, close), standing, at);
    at = close + 1;
  }
  if (text[at] === "[") {
    const close = closingBracket(text, at);
    if (close < 0)
      throw new FormatStringError(`column ${at + 1}: the expression's bracket is not closed`);
    return { start, end: close + 1, name, flags, alias: "", expression: text.slice(at + 1, close) };
  }
  let end = at;
  while (end < text.length && /[A-Za-z0-9]/.test(text.charAt(end))) end++;
  if (end === at)
    throw new FormatStringError(`column ${at + 1}: a variable's name should follow the %`);
  return { start, end, name, flags, alias: text.slice(at, end), expression: null };
}

function readFlags(list: string, standing: Flags, column: number): Flags {
  const flags = { ...standing };
  for (const flag of list.split(",")) {
    const on = flag.trim().startsWith("+");
    switch (flag.trim().slice(1)) {
      case "Q":
        flags.quote = on;
        break;
      case "X":
        flags.hex = on;
        break;
      case "E":
        flags.escape = on;
        break;
      case "json":
        flags.json = on;
        break;
      case "M":
      case "bin":
      case "":
        break;
      case "cbor":
        throw new FormatStringError(
          `column ${column + 1}: lines in CBOR are not read; use %{+json}o`,
        );
      default:
        throw new FormatStringError(`column ${column + 1}: unknown flag ${flag.trim()}`);
    }
  }
  return flags;
}

function closingBracket(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    const char = text[at];
    if (char === "(") depth++;
    else if (char === ")") depth--;
    else if (char === "]" && depth <= 0) return at;
  }
  return text.indexOf("]", open);
}
