import { decodedDefault } from "../escapes";
import { FormatStringError } from "../format";
import type { Piece } from "../template";
import { directiveSlot } from "./directives";
import type { Draft } from "./draft";

/** The nicknames of Apache's own configuration, and the one of the usual guides to balancer clusters. */
const nicknames: Readonly<Record<string, string>> = {
  common: '%h %l %u %t "%r" %>s %b',
  combined: '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"',
  combinedio: '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" %I %O',
  vhost_common: '%v %h %l %u %t "%r" %>s %b',
  vhost_combined: '%v:%p %h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i"',
};

/** The string in what the operator pasted: the bare string, in quotes, or the whole `LogFormat` or `CustomLog` statement. */
export function readStatement(pasted: string): string {
  const trimmed = pasted.trim().replace(/\\\r?\n\s*/g, "");
  const nickname = nicknames[trimmed];
  if (nickname !== undefined) return nickname;
  const statement = /^(?:LogFormat\s+|(?:CustomLog|TransferLog)\s+(?:"[^"]*"|\S+)\s+)"/i.exec(
    trimmed,
  );
  if (statement) return unescaped(trimmed, statement[0].length - 1);
  if (trimmed.startsWith('"%') || (trimmed.startsWith('"') && trimmed.includes('\\"'))) {
    return unescaped(trimmed, 0);
  }
  return trimmed.replaceAll('\\"', '"');
}

/** What the quotes that open at `open` hold, without the backslashes of the configuration file. */
function unescaped(text: string, open: number): string {
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') {
      return text
        .slice(open + 1, at)
        .replace(/\\([\\"tn])/g, (_, mark: string) =>
          mark === "t" ? "\t" : mark === "n" ? "\n" : mark,
        );
    }
  }
  throw new FormatStringError("the LogFormat's quote is not closed");
}

/**
 * Cuts a LogFormat string into its text and its directives.
 * @throws {FormatStringError} naming the column of a `%` that begins none.
 */
export function readLogFormat(format: string): Piece<Draft>[] {
  const pieces: Piece<Draft>[] = [];
  let literal = "";
  let at = 0;
  while (at < format.length) {
    if (format[at] !== "%") {
      literal += format.charAt(at++);
      continue;
    }
    if (format[at + 1] === "%") {
      literal += "%";
      at += 2;
      continue;
    }
    const found = /^%[!,<>\d]*(?:\{([^}]*)\})?[<>]?(\^F[A-Z]|\^t[io]|[A-Za-z])/.exec(
      format.slice(at, at + 300),
    );
    const letter = found?.[2];
    const slot = letter ? directiveSlot(letter, found[1] ?? null) : null;
    if (!found || !slot) {
      throw new FormatStringError(`column ${at + 1}: Apache knows no directive like this`);
    }
    const inBrackets = letter === "t" && slot.shape === "date";
    if (inBrackets) literal += "[";
    if (literal !== "") pieces.push({ kind: "literal", text: literal });
    literal = inBrackets ? "]" : "";
    pieces.push({ kind: "slot", slot, backslashes: true, decode: decodedApache });
    at += found[0].length;
  }
  const rest = literal.replace(/\n+$/, "");
  if (rest !== "") pieces.push({ kind: "literal", text: rest });
  return pieces;
}

/** A value as it was before Apache put a backslash before quotes and backslashes, and wrote others as `\xHH`. */
function decodedApache(value: string): string {
  return value.includes("\\") ? decodedDefault(value.replace(/\\(["\\])/g, "$1")) : value;
}
