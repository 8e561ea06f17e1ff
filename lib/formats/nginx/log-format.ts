import { decodedDefault, decodedJson } from "../escapes";
import { FormatStringError } from "../format";
import type { Piece } from "../template";
import type { Draft } from "./draft";
import { variableSlot } from "./variables";

export type Escape = "default" | "json" | "none" | "unknown";

/** What the operator pasted: the string, and how its variables are escaped where that was said. */
export interface Statement {
  text: string;
  escape: Escape;
}

/**
 * Reads the bare string of a `log_format`, its quoted pieces, or the whole
 * statement `log_format name escape=json '…' '…';`.
 * Source: https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format
 * @throws {FormatStringError} where a quote of the statement is not closed.
 */
export function readStatement(pasted: string): Statement {
  const trimmed = pasted.trim();
  const head = /^log_format\s+(?:"[^"]*"|'[^']*'|\S+)\s+/.exec(trimmed);
  const escapeHead = /^escape=(default|json|none)\s+/;
  let rest = head ? trimmed.slice(head[0].length) : trimmed;
  let escaping: Escape = head ? "default" : "unknown";
  const said = escapeHead.exec(rest);
  if (said) {
    const [whole, word] = said;
    rest = rest.slice(whole.length);
    escaping = word === "json" ? "json" : word === "none" ? "none" : "default";
  }
  if (head || said) return { text: readArguments(rest), escape: escaping };
  if (/^'[\s\S]*'\s*;?$/.test(rest) || /^"\$[\s\S]*"\s*;$/.test(rest)) {
    return { text: readArguments(rest), escape: escaping };
  }
  return { text: unescaped(rest), escape: escaping };
}

/** The arguments of a directive put together, up to its `;`: quoted with either quote, or bare words. */
function readArguments(text: string): string {
  let out = "";
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === ";") return out;
    if (/\s/.test(char)) at++;
    else if (char === "#") {
      const end = text.indexOf("\n", at);
      at = end < 0 ? text.length : end + 1;
    } else if (char === "'" || char === '"') {
      const end = closingQuote(text, at);
      out += unescaped(text.slice(at + 1, end));
      at = end + 1;
    } else {
      let end = at;
      while (end < text.length && !/[\s;]/.test(text.charAt(end))) end++;
      out += unescaped(text.slice(at, end));
      at = end;
    }
  }
  return out;
}

function closingQuote(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === text[open]) return at;
  }
  throw new FormatStringError(`the quote ${text.slice(open, open + 20)} is not closed`);
}

function unescaped(text: string): string {
  return text.replace(/\\(["'\\trn])/g, (_, mark: string) =>
    mark === "t" ? "\t" : mark === "r" ? "\r" : mark === "n" ? "\n" : mark,
  );
}

/**
 * Cuts a log_format string into its text and its variables, `$name` and `${name}`.
 * @throws {FormatStringError} naming the column of a `$` that begins no name.
 */
export function readLogFormat(statement: Statement): Piece<Draft>[] {
  const { text } = statement;
  const pieces: Piece<Draft>[] = [];
  const escaping = statement.escape === "unknown" ? guessEscape(text) : statement.escape;
  const decode = decoderOf(escaping);
  let at = 0;
  while (at < text.length) {
    const dollar = text.indexOf("$", at);
    if (dollar < 0) {
      pieces.push({ kind: "literal", text: text.slice(at) });
      break;
    }
    if (dollar > at) pieces.push({ kind: "literal", text: text.slice(at, dollar) });
    const name = /^(?:\{([A-Za-z0-9_]+)\}|([A-Za-z0-9_]+))/.exec(
      text.slice(dollar + 1, dollar + 200),
    );
    const read = name?.[1] ?? name?.[2];
    if (!name || !read) {
      throw new FormatStringError(`column ${dollar + 1}: a variable's name should follow the $`);
    }
    pieces.push({
      kind: "slot",
      slot: variableSlot(read),
      backslashes: escaping === "json",
      noQuotes: statement.escape === "default" || statement.escape === "json",
      ...(decode ? { decode } : {}),
    });
    at = dollar + 1 + name[0].length;
  }
  return pieces;
}

/** A string that writes JSON is escaped as JSON, or its lines would not be JSON. */
function guessEscape(text: string): Escape {
  return text.trimStart().startsWith("{") ? "json" : "default";
}

function decoderOf(escaping: Escape): ((value: string) => string) | null {
  if (escaping === "none") return null;
  if (escaping === "default") return decodedDefault;
  return (value) => (value.includes("\\x") ? decodedDefault(value) : decodedJson(value));
}
